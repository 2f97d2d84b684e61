# weft_generate(TARGET target FILES a.weft… [IMPORT_DIRS dir…] [OUTPUT_DIR dir] [OPTIONS option…])
#   Runs weftc over each file, adds the C file to the target and the output directory to the include path:
#   `#include "a.weft.h"`, or `"dir/a.weft.h"` for a file that lies in dir below one of IMPORT_DIRS.
#   A change of the file, of what it imports, or of weftc makes it run again. The target itself links weft::weft.
#   WEFT_WEFTC_EXECUTABLE names a weftc of the host, for cross builds.
set(WEFT_WEFTC_EXECUTABLE "" CACHE FILEPATH "weftc to run instead of the one that is built or installed")
mark_as_advanced(WEFT_WEFTC_EXECUTABLE)

function(weft_generate)
    cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;OUTPUT_DIR" "FILES;IMPORT_DIRS;OPTIONS")
    if(arg_UNPARSED_ARGUMENTS)
        message(FATAL_ERROR "weft_generate: unknown arguments: ${arg_UNPARSED_ARGUMENTS}")
    endif()
    if(NOT arg_TARGET OR NOT arg_FILES)
        message(FATAL_ERROR "weft_generate: TARGET and FILES are needed")
    endif()
    set(out "${arg_OUTPUT_DIR}")
    if(NOT out)
        set(out "${CMAKE_CURRENT_BINARY_DIR}/weft/${arg_TARGET}")
    endif()
    get_filename_component(out "${out}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_BINARY_DIR}")
    file(MAKE_DIRECTORY "${out}")

    set(weftc weft::weftc)
    set(weftc_depends weft::weftc)
    if(WEFT_WEFTC_EXECUTABLE)
        set(weftc "${WEFT_WEFTC_EXECUTABLE}")
        set(weftc_depends "${WEFT_WEFTC_EXECUTABLE}")
    endif()

    set(imports "")
    set(import_dirs "")
    foreach(dir IN LISTS arg_IMPORT_DIRS)
        get_filename_component(dir "${dir}" ABSOLUTE)
        list(APPEND imports -I "${dir}")
        list(APPEND import_dirs "${dir}")
    endforeach()

    foreach(file IN LISTS arg_FILES)
        get_filename_component(file "${file}" ABSOLUTE)
        # As weftc: below the longest import directory that it lies in, as others import it, or without directories.
        get_filename_component(name "${file}" NAME)
        set(longest 0)
        foreach(dir IN LISTS import_dirs)
            string(LENGTH "${dir}" length)
            string(FIND "${file}" "${dir}/" position)
            if(position EQUAL 0 AND length GREATER longest)
                set(longest ${length})
                file(RELATIVE_PATH name "${dir}" "${file}")
            endif()
        endforeach()
        add_custom_command(
            OUTPUT "${out}/${name}.c" "${out}/${name}.h"
            COMMAND ${weftc} build ${imports} ${arg_OPTIONS} --c-out "${out}" --depfile "${out}/${name}.d" "${file}"
            DEPENDS "${file}" ${weftc_depends}
            DEPFILE "${out}/${name}.d"
            COMMENT "weftc ${name}"
            VERBATIM)
        target_sources(${arg_TARGET} PRIVATE "${out}/${name}.c" "${out}/${name}.h")
    endforeach()
    target_include_directories(${arg_TARGET} PRIVATE "${out}")
endfunction()
