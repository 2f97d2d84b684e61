weft_generate(TARGET ${WEFT_TEST_TARGET}
    FILES
        "${PROJECT_SOURCE_DIR}/tests/codegen/idl/kv.weft"
        "${PROJECT_SOURCE_DIR}/tests/codegen/idl/kv/common.weft"
        "${PROJECT_SOURCE_DIR}/tests/codegen/idl/corners.weft"
        "${PROJECT_SOURCE_DIR}/tests/codegen/idl/streams.weft"
        "${PROJECT_SOURCE_DIR}/tests/idl/good/all.weft"
    IMPORT_DIRS "${PROJECT_SOURCE_DIR}/tests/codegen/idl")
