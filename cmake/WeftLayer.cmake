# weft_layer(name): an OBJECT library of every .c in the calling folder. A folder without one makes no target, so that
# the build stands while a layer is empty; who uses a layer asks `if(TARGET name)`.
function(weft_layer name)
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.c")
    if(NOT sources)
        return()
    endif()
    add_library(${name} OBJECT ${sources})
    weft_target_defaults(${name})
    # Internal headers are written from the repository root ("runtime/base/buf.h"), public ones as "weft/x.h".
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
    target_compile_definitions(${name} PRIVATE WEFT_BUILDING)
endfunction()
