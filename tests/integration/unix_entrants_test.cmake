include("${CMAKE_CURRENT_LIST_DIR}/listener_test.cmake")
target_sources(${WEFT_TEST_TARGET} PRIVATE "${CMAKE_CURRENT_LIST_DIR}/rig/place.c")
