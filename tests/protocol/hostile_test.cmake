target_sources(${WEFT_TEST_TARGET} PRIVATE
    "${CMAKE_CURRENT_LIST_DIR}/violations/rig.c" "${CMAKE_CURRENT_LIST_DIR}/violations/steps.c")
