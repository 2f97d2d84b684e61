# The layouts as the language says them, beside those that are written by hand.
weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${PROJECT_SOURCE_DIR}/idl/weft/wire.weft")
