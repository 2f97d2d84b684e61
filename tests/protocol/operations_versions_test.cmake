weft_generate(TARGET ${WEFT_TEST_TARGET} FILES
    "${CMAKE_CURRENT_LIST_DIR}/operations/older.weft" "${CMAKE_CURRENT_LIST_DIR}/operations/newer.weft")
