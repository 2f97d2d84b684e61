include("${CMAKE_CURRENT_LIST_DIR}/listener_test.cmake")
