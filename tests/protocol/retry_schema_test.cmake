weft_generate(TARGET ${WEFT_TEST_TARGET} FILES
    "${CMAKE_CURRENT_LIST_DIR}/schema/older.weft" "${CMAKE_CURRENT_LIST_DIR}/schema/newer.weft")
target_sources(${WEFT_TEST_TARGET} PRIVATE
    "${CMAKE_CURRENT_LIST_DIR}/schema/rig.c" "${CMAKE_CURRENT_LIST_DIR}/schema/handlers.c"
    "${CMAKE_CURRENT_LIST_DIR}/schema/calls.c")
