# weft_target_defaults(target): language, warnings, visibility, sanitizers and coverage, as every target of weft has them.
# Nothing of it reaches an installed target: sanitizers go to users inside the build tree only.

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Kind of build" FORCE)
endif()
if(PROJECT_IS_TOP_LEVEL)
    set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
    if(NOT DEFINED CMAKE_C_COMPILER_LAUNCHER)
        find_program(WEFT_CCACHE ccache)
        mark_as_advanced(WEFT_CCACHE)
        if(WEFT_CCACHE)
            set(CMAKE_C_COMPILER_LAUNCHER "${WEFT_CCACHE}")
            set(CMAKE_CXX_COMPILER_LAUNCHER "${WEFT_CCACHE}")
        endif()
    endif()
endif()

set(weft_warnings -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
    -Wwrite-strings -Wpointer-arith -Wundef)
if(WEFT_WERROR)
    list(APPEND weft_warnings -Werror)
endif()

set(weft_instrument_compile "")
set(weft_instrument_link "")
if(WEFT_FUZZ)
    if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
        message(FATAL_ERROR "WEFT_FUZZ needs clang: set CMAKE_C_COMPILER=clang")
    endif()
    set(weft_instrument_compile -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    set(weft_instrument_link -fsanitize=address,undefined)
elseif(WEFT_SANITIZE)
    list(JOIN WEFT_SANITIZE "," weft_sanitizers)
    set(weft_instrument_compile -fsanitize=${weft_sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    set(weft_instrument_link -fsanitize=${weft_sanitizers})
endif()
if(WEFT_COVERAGE)
    list(APPEND weft_instrument_compile --coverage -fprofile-update=atomic)
    list(APPEND weft_instrument_link --coverage)
endif()

set(weft_pools 0)
if(WEFT_POOLS AND NOT WEFT_FUZZ AND NOT "address" IN_LIST WEFT_SANITIZE)
    set(weft_pools 1)
endif()

# weft_target_lto(target): with WEFT_LTO. Objects keep their code beside what the link step reads, so that static libraries
# serve everybody, and only what asks for it takes the time that linking takes so.
if(WEFT_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
    set(CMAKE_C_COMPILE_OPTIONS_IPO -flto=auto -ffat-lto-objects)
endif()
function(weft_target_lto target)
    if(WEFT_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
        set_target_properties(${target} PROPERTIES INTERPROCEDURAL_OPTIMIZATION ON)
    endif()
endfunction()

function(weft_target_defaults target)
    set_target_properties(${target} PROPERTIES
        C_STANDARD 11
        C_STANDARD_REQUIRED ON
        C_EXTENSIONS OFF
        C_VISIBILITY_PRESET hidden
        POSITION_INDEPENDENT_CODE ON)
    target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:C>:${weft_warnings}>)
    if(WEFT_LTO AND CMAKE_C_COMPILER_ID STREQUAL "GNU")
        target_link_options(${target} PRIVATE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:INTERPROCEDURAL_OPTIMIZATION>>>:-fno-lto>)
    endif()
    # Strict ISO C hides POSIX, and uv.h with it, unless it is asked for.
    target_compile_definitions(${target} PRIVATE _POSIX_C_SOURCE=200809L WEFT_POOLS=${weft_pools})
    if(weft_instrument_compile)
        target_compile_options(${target} PUBLIC "$<BUILD_INTERFACE:${weft_instrument_compile}>")
    endif()
    if(weft_instrument_link)
        target_link_options(${target} PUBLIC "$<BUILD_INTERFACE:${weft_instrument_link}>")
    endif()
endfunction()
