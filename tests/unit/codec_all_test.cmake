# The types under test come out of weftc.
weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${PROJECT_SOURCE_DIR}/tests/idl/good/all.weft")
