weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${CMAKE_CURRENT_LIST_DIR}/loops/loops.weft")
target_sources(${WEFT_TEST_TARGET} PRIVATE "${CMAKE_CURRENT_LIST_DIR}/loops/serving.c")
