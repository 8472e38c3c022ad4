# The library, its headers and what find_package(caesura) needs. Programs install themselves.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/caesura)

install(TARGETS caesura EXPORT caesura FILE_SET HEADERS)
install(EXPORT caesura NAMESPACE caesura:: FILE caesuraTargets.cmake DESTINATION ${package_dir})

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/caesuraConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/caesuraConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a new minor version may change anything.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/caesuraConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/caesuraConfig.cmake
              ${PROJECT_BINARY_DIR}/caesuraConfigVersion.cmake
        DESTINATION ${package_dir})
