weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${CMAKE_CURRENT_LIST_DIR}/blocking/blocking.weft")
target_sources(${WEFT_TEST_TARGET} PRIVATE "${CMAKE_CURRENT_LIST_DIR}/blocking/server.c"
               "${CMAKE_CURRENT_LIST_DIR}/blocking/streams.c"
               "${CMAKE_CURRENT_LIST_DIR}/blocking/stream_rig.c")
