include("${CMAKE_CURRENT_LIST_DIR}/sqlite_test.cmake")
