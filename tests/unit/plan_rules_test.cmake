# Two versions of one package: what is encoded by the one is read by the other.
weft_generate(TARGET ${WEFT_TEST_TARGET}
    FILES "${PROJECT_SOURCE_DIR}/tests/unit/plan/old.weft" "${PROJECT_SOURCE_DIR}/tests/unit/plan/new.weft"
    IMPORT_DIRS "${PROJECT_SOURCE_DIR}/tests/unit/plan")
