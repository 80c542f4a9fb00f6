# `cmake --install`: the tool, its documents and a CMake package: find_package(stencilgen) gives the
# imported program stencilgen::stencilgen and the function stencilgen_add_stencils.
include(CMakePackageConfigHelpers)

install(TARGETS stencilgen EXPORT stencilgen-targets RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# The runtime, as stencilgen::runtime.
set_target_properties(stencilgen_runtime PROPERTIES EXPORT_NAME runtime)
install(TARGETS stencilgen_runtime EXPORT stencilgen-targets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES stencil_lib/runtime/sg_runtime.h stencil_lib/runtime/sg_tables.h stencil_lib/runtime/fixups.h
  formats/FixupKinds.def
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/stencilgen)
install(EXPORT stencilgen-targets NAMESPACE stencilgen:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/stencilgen)
configure_package_config_file(${CMAKE_CURRENT_SOURCE_DIR}/cmake/stencilgen-config.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/stencilgen-config.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/stencilgen)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/stencilgen-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES
  ${CMAKE_CURRENT_BINARY_DIR}/stencilgen-config.cmake
  ${CMAKE_CURRENT_BINARY_DIR}/stencilgen-config-version.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/stencilgen)
install(FILES LICENSE README.md CHANGELOG.md CONTRIBUTING.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/tool/stencilgen.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}/docs)
