target_sources(${WEFT_TEST_TARGET} PRIVATE $<TARGET_OBJECTS:weft_codegen_c>)
