weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${CMAKE_CURRENT_LIST_DIR}/rig/loop.weft")
target_sources(${WEFT_TEST_TARGET} PRIVATE "${CMAKE_CURRENT_LIST_DIR}/rig/rig.c" "${CMAKE_CURRENT_LIST_DIR}/rig/door.c")
