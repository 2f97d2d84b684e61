weft_generate(TARGET ${WEFT_TEST_TARGET} FILES
    "${CMAKE_CURRENT_LIST_DIR}/rpc/rpc.weft"
    "${PROJECT_SOURCE_DIR}/tests/codegen/idl/streams.weft"
    "${PROJECT_SOURCE_DIR}/tests/codegen/idl/kv/common.weft"
    IMPORT_DIRS "${PROJECT_SOURCE_DIR}/tests/codegen/idl")
target_sources(${WEFT_TEST_TARGET} PRIVATE
    "${CMAKE_CURRENT_LIST_DIR}/rpc/rig.c" "${CMAKE_CURRENT_LIST_DIR}/rpc/streams.c")
