weft_generate(TARGET ${WEFT_TEST_TARGET} FILES
    "${CMAKE_CURRENT_LIST_DIR}/dynamic/dynamic.weft" "${CMAKE_CURRENT_LIST_DIR}/rpc/rpc.weft")
target_sources(${WEFT_TEST_TARGET} PRIVATE "${CMAKE_CURRENT_LIST_DIR}/rpc/rig.c")
