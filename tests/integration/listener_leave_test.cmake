weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${CMAKE_CURRENT_LIST_DIR}/loops/loops.weft")
target_sources(${WEFT_TEST_TARGET} PRIVATE "${CMAKE_CURRENT_LIST_DIR}/loops/serving.c")
add_test(NAME listener_leave_migrate COMMAND ${WEFT_TEST_TARGET} migrate)
weft_test_properties(listener_leave_migrate integration)
