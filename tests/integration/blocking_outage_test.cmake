include("${CMAKE_CURRENT_LIST_DIR}/blocking_test.cmake")
