weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${CMAKE_CURRENT_LIST_DIR}/slow_reader/slow_reader.weft")
