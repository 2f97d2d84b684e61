weft_generate(TARGET ${WEFT_TEST_TARGET} FILES
    "${CMAKE_CURRENT_LIST_DIR}/steady_state/steady.weft" "${CMAKE_CURRENT_LIST_DIR}/steady_state/later.weft")
# With pools off (sanitizers) there is nothing to prove; with other instruments malloc is theirs.
if(WEFT_POOLS AND NOT WEFT_SANITIZE AND NOT WEFT_FUZZ)
    target_sources(${WEFT_TEST_TARGET} PRIVATE "${PROJECT_SOURCE_DIR}/tests/support/malloc/malloc.c")
    target_compile_definitions(${WEFT_TEST_TARGET} PRIVATE STEADY_COUNTS=1)
endif()
