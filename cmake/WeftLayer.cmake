# weft_layer(name): an OBJECT library of every .c in the calling folder. A folder without one makes no target, so that
# the build stands while a layer is empty; who uses a layer asks `if(TARGET name)`.
#
# FAST: the files that a frame, call or item goes through, where that is told by counting instructions. All others are made
# small where the build optimises: most of the library is of this kind, and none of it is what anybody waits for.
function(weft_layer name)
    cmake_parse_arguments(PARSE_ARGV 1 layer "" "" "FAST")
    file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.c")
    if(NOT sources)
        return()
    endif()
    add_library(${name} OBJECT ${sources})
    weft_target_defaults(${name})
    weft_target_lto(${name})
    # Internal headers are written from the repository root ("runtime/base/buf.h"), public ones as "weft/x.h".
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/include")
    target_compile_definitions(${name} PRIVATE WEFT_BUILDING)
    list(TRANSFORM layer_FAST PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    list(REMOVE_ITEM sources ${layer_FAST})
    set(small "$<$<CONFIG:Release,RelWithDebInfo>:-Os>")
    if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
        # What gcc takes to be unset at -Os is set: at -O2 and to clang it is.
        list(APPEND small -Wno-maybe-uninitialized)
        # What fills up to where a jump goes is executed, too, and nothing here is a long loop.
        set_property(SOURCE ${layer_FAST} APPEND PROPERTY COMPILE_OPTIONS
            "$<$<CONFIG:Release,RelWithDebInfo>:-falign-jumps=1;-falign-labels=1;-falign-loops=1>")
    endif()
    set_property(SOURCE ${sources} APPEND PROPERTY COMPILE_OPTIONS ${small})
    # A program that links it statically with -Wl,--gc-sections has only what it calls.
    target_compile_options(${name} PRIVATE -ffunction-sections -fdata-sections)
endfunction()
