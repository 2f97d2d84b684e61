# The libraries made of the layers.
#   weft        the core: no libuv                                   weft::weft
#   weft-uv     loop and conduits over libuv                         weft::uv
#   weft-json   values to and from JSON, over jansson, where that is found    weft::json
#   weft-sqlite operations in a file, over SQLite, where that is found        weft::sqlite
#   weft_low    base, wire, schema: what idl and weftc stand on; never installed
#   weft_whole  all layers as one archive, so that tests reach private symbols; never installed
# The products are shared with BUILD_SHARED_LIBS, else static; WEFT_BOTH makes those of the other kind of the same
# objects, under the same file names: weft-other, weft-uv-other…

# Relocations of a shared library that only add its address take a bit each, where what loads it here knows that.
include(CheckCSourceRuns)
if(NOT CMAKE_CROSSCOMPILING AND NOT weft_instrument_link)
    set(CMAKE_REQUIRED_FLAGS "-fPIE -pie -Wl,-z,pack-relative-relocs")
    check_c_source_runs("int a; int *volatile p = &a; int main(void) { return p != &a; }" WEFT_RELR)
    unset(CMAKE_REQUIRED_FLAGS)
endif()

set(weft_core_layers weft_base weft_wire weft_schema weft_session weft_rpc weft_services)
set(weft_low_layers weft_base weft_wire weft_schema)
set(weft_uv_layers weft_loop weft_conduit)

# Those of the layers named that exist, as object expressions.
function(weft_objects ret_objects)
    set(objects "")
    foreach(layer IN LISTS ARGN)
        if(TARGET ${layer})
            list(APPEND objects $<TARGET_OBJECTS:${layer}>)
        endif()
    endforeach()
    set(${ret_objects} "${objects}" PARENT_SCOPE)
endfunction()

function(weft_add_library name kind)
    weft_objects(objects ${ARGN})
    if(NOT objects)
        return()
    endif()
    add_library(${name} ${kind} ${objects})
    set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
    weft_target_defaults(${name})
    target_include_directories(${name} PUBLIC
        "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>"
        "$<BUILD_INTERFACE:${weft_services_generated}>"
        "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>")
endfunction()

weft_add_library(weft_low STATIC ${weft_low_layers})
weft_add_library(weft_whole STATIC ${weft_core_layers} ${weft_uv_layers})
if(TARGET weft_low)
    target_link_libraries(weft_low PRIVATE LibSodium::LibSodium)
endif()
if(TARGET weft_whole)
    target_link_libraries(weft_whole PUBLIC LibSodium::LibSodium LibUV::LibUV)
endif()

# weft_add_products(suffix kind): both products as libraries of one kind.
function(weft_add_products suffix kind)
    string(TOLOWER "${kind}" kind_name)
    weft_add_library(weft${suffix} ${kind} ${weft_core_layers})
    target_link_libraries(weft${suffix} PRIVATE LibSodium::LibSodium)
    weft_add_library(weft-uv${suffix} ${kind} ${weft_uv_layers})
    target_link_libraries(weft-uv${suffix} PUBLIC weft${suffix} LibUV::LibUV)
    set_target_properties(weft${suffix} PROPERTIES OUTPUT_NAME weft EXPORT_NAME weft_${kind_name})
    set_target_properties(weft-uv${suffix} PROPERTIES OUTPUT_NAME weft-uv EXPORT_NAME uv_${kind_name})
    set(libraries weft${suffix} weft-uv${suffix})
    if(TARGET weft_json)
        weft_add_library(weft-json${suffix} ${kind} weft_json)
        target_link_libraries(weft-json${suffix} PUBLIC weft${suffix} PRIVATE Jansson::Jansson)
        set_target_properties(weft-json${suffix} PROPERTIES OUTPUT_NAME weft-json EXPORT_NAME json_${kind_name})
        list(APPEND libraries weft-json${suffix})
    endif()
    if(TARGET weft_sqlite)
        weft_add_library(weft-sqlite${suffix} ${kind} weft_sqlite)
        target_link_libraries(weft-sqlite${suffix} PUBLIC weft-uv${suffix} PRIVATE SQLite::SQLite3 Threads::Threads)
        set_target_properties(weft-sqlite${suffix} PROPERTIES OUTPUT_NAME weft-sqlite EXPORT_NAME sqlite_${kind_name})
        list(APPEND libraries weft-sqlite${suffix})
    endif()
    if(NOT kind STREQUAL "SHARED")
        return()
    endif()
    set_target_properties(${libraries} PROPERTIES
        VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
    # Visibility hides what is private, and the map all that is not weft's, such as what a static library brings along. It
    # names one version, that of the SONAME: a program that comes to have two of them loaded, by way of a plug-in, binds
    # each call to the one that it was built with. A name that is added needs no version of its own, since a SONAME says
    # what there is at least; programs linked before there was a version run with it.
    set(map "${PROJECT_BINARY_DIR}/weft.map")
    configure_file("${PROJECT_SOURCE_DIR}/cmake/weft.map.in" "${map}" @ONLY)
    foreach(library IN LISTS libraries)
        target_link_options(${library} PRIVATE "-Wl,--version-script=${map}" -Wl,--gc-sections
            -Wl,-Bsymbolic-functions $<$<BOOL:${WEFT_RELR}>:-Wl,-z,pack-relative-relocs>)
        set_target_properties(${library} PROPERTIES LINK_DEPENDS "${map}")
        weft_target_lto(${library})
    endforeach()
    # The base's private functions are hidden in libweft.so. It keeps no state, so libweft-uv.so has a copy that it does
    # not export.
    add_library(weft_base_copy STATIC $<TARGET_OBJECTS:weft_base>)
    set_target_properties(weft_base_copy PROPERTIES LINKER_LANGUAGE C)
    target_link_libraries(weft-uv${suffix} PRIVATE $<BUILD_INTERFACE:weft_base_copy> LibSodium::LibSodium)
    target_link_options(weft-uv${suffix} PRIVATE -Wl,--exclude-libs,libweft_base_copy.a)
    # Installed, they find libweft.so beside themselves, wherever that is.
    set_target_properties(${libraries} PROPERTIES INSTALL_RPATH "\$ORIGIN")
    if(NOT weft_instrument_link)
        foreach(library IN LISTS libraries)
            target_link_options(${library} PRIVATE -Wl,--no-undefined)
        endforeach()
    endif()
endfunction()

if(BUILD_SHARED_LIBS)
    set(weft_kind SHARED)
    set(weft_other_kind STATIC)
else()
    set(weft_kind STATIC)
    set(weft_other_kind SHARED)
endif()
weft_add_products("" ${weft_kind})
add_library(weft::weft ALIAS weft)
add_library(weft::uv ALIAS weft-uv)
if(TARGET weft-json)
    add_library(weft::json ALIAS weft-json)
endif()
if(TARGET weft-sqlite)
    add_library(weft::sqlite ALIAS weft-sqlite)
endif()
if(WEFT_BOTH)
    weft_add_products(-other ${weft_other_kind})
endif()
