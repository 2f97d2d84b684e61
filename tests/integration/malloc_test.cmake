weft_generate(TARGET ${WEFT_TEST_TARGET} FILES "${CMAKE_CURRENT_LIST_DIR}/rig/loop.weft")
# With sanitizers and other instruments malloc is theirs.
if(NOT WEFT_SANITIZE AND NOT WEFT_FUZZ)
    target_sources(${WEFT_TEST_TARGET} PRIVATE "${PROJECT_SOURCE_DIR}/tests/support/malloc/malloc.c")
    target_compile_definitions(${WEFT_TEST_TARGET} PRIVATE MALLOC_FAILS=1)
endif()
