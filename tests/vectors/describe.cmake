# cmake -DWEFTC=… -P describe.cmake: what `weftc describe` prints for people is, byte for byte, geo.expected.
execute_process(COMMAND "${WEFTC}" describe geo.weft WORKING_DIRECTORY "${CMAKE_CURRENT_LIST_DIR}"
    OUTPUT_VARIABLE printed RESULT_VARIABLE status)
file(READ "${CMAKE_CURRENT_LIST_DIR}/geo.expected" expected)
if(NOT status EQUAL 0 OR NOT printed STREQUAL expected)
    message(FATAL_ERROR "status ${status}; printed:\n${printed}\nexpected:\n${expected}")
endif()
