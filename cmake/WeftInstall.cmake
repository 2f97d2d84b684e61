# What `cmake --install` puts where: libraries, headers, weftc, the CMake package with weft_generate(), pkg-config files
# and manual pages. Everything finds its neighbours by where it lies itself: the prefix may be moved.
include(CMakePackageConfigHelpers)

set(weft_package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/weft")

# An export set each, so that who wants the core alone needs neither libuv nor jansson nor SQLite.
function(weft_install_targets export)
    set(targets "")
    foreach(target IN LISTS ARGN)
        if(TARGET ${target})
            list(APPEND targets ${target})
        endif()
    endforeach()
    install(TARGETS ${targets} EXPORT ${export}
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
    install(EXPORT ${export} NAMESPACE weft:: DESTINATION "${weft_package_dir}")
endfunction()

weft_install_targets(weft-targets weft weft-other weftc)
weft_install_targets(weft-uv-targets weft-uv weft-uv-other)
set(weft_packages weft weft-uv)
set(weft_headers_without "")
foreach(library IN ITEMS json sqlite)
    if(TARGET weft-${library})
        weft_install_targets(weft-${library}-targets weft-${library} weft-${library}-other)
        list(APPEND weft_packages weft-${library})
    else()
        list(APPEND weft_headers_without PATTERN "${library}.h" EXCLUDE)
    endif()
endforeach()
if(TARGET weft-command)
    install(TARGETS weft-command RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
    install(FILES "${PROJECT_SOURCE_DIR}/tools/weft/completion/weft.bash" RENAME weft
        DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions")
    install(FILES "${PROJECT_SOURCE_DIR}/tools/weft/completion/_weft"
        DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/site-functions")
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/weft" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
    FILES_MATCHING PATTERN "*.h" ${weft_headers_without})

install(FILES "${weft_services_generated}/weft/health.weft.h" "${weft_services_generated}/weft/reflection.weft.h"
    DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/weft")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/idl/weft" DESTINATION "${CMAKE_INSTALL_DATADIR}/weft/idl"
    FILES_MATCHING PATTERN "*.weft")

configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/weft-config.cmake.in"
    "${PROJECT_BINARY_DIR}/weft-config.cmake" INSTALL_DESTINATION "${weft_package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/weft-config-version.cmake" COMPATIBILITY SameMinorVersion)
install(FILES
    "${PROJECT_BINARY_DIR}/weft-config.cmake"
    "${PROJECT_BINARY_DIR}/weft-config-version.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/WeftGenerate.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindLibUV.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindJansson.cmake"
    "${PROJECT_SOURCE_DIR}/cmake/FindLibSodium.cmake"
    DESTINATION "${weft_package_dir}")

file(RELATIVE_PATH weft_pc_prefix "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" weft_pc_prefix "${weft_pc_prefix}")
foreach(name IN LISTS weft_packages)
    configure_file("${PROJECT_SOURCE_DIR}/cmake/${name}.pc.in" "${PROJECT_BINARY_DIR}/${name}.pc" @ONLY)
    install(FILES "${PROJECT_BINARY_DIR}/${name}.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endforeach()
