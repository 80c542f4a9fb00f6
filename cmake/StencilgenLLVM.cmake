# Finds LLVM and Clang of STENCILGEN_LLVM_VERSION (default: the newest found) and defines the interface
# target stencilgen_llvm: their headers as system headers, and the shared libLLVM and libclang-cpp (or, with
# STENCILGEN_STATIC_LLVM=ON, the component archives).
set(STENCILGEN_LLVM_VERSIONS 22 21 20 19)
set(STENCILGEN_LLVM_VERSION "" CACHE STRING "LLVM major version: 19, 20, 21 or 22; empty: the newest found")
set_property(CACHE STENCILGEN_LLVM_VERSION PROPERTY STRINGS "" ${STENCILGEN_LLVM_VERSIONS})
option(STENCILGEN_STATIC_LLVM "link LLVM's and Clang's archives instead of the shared libraries" OFF)

set(_candidates ${STENCILGEN_LLVM_VERSION})
if(NOT _candidates)
  set(_candidates ${STENCILGEN_LLVM_VERSIONS})
elseif(NOT STENCILGEN_LLVM_VERSION IN_LIST STENCILGEN_LLVM_VERSIONS)
  message(FATAL_ERROR
    "STENCILGEN_LLVM_VERSION is '${STENCILGEN_LLVM_VERSION}', expected one of ${STENCILGEN_LLVM_VERSIONS}")
endif()
foreach(_version IN LISTS _candidates)
  find_package(LLVM ${_version} CONFIG QUIET HINTS /usr/lib/llvm-${_version} $ENV{LLVM_ROOT})
  if(NOT LLVM_FOUND AND EXISTS /usr/lib/llvm-${_version}/lib/cmake/llvm/LLVMConfig.cmake)
    find_package(LLVM CONFIG QUIET PATHS /usr/lib/llvm-${_version} NO_DEFAULT_PATH)
  endif()
  if(LLVM_FOUND AND LLVM_VERSION_MAJOR EQUAL _version)
    break()
  endif()
  unset(LLVM_DIR CACHE)
  set(LLVM_FOUND FALSE)
endforeach()
if(NOT LLVM_FOUND)
  list(JOIN _candidates ", " _candidates)
  message(FATAL_ERROR
    "no LLVM development files of version ${_candidates} found "
    "(Debian: llvm-22-dev libclang-22-dev libclang-cpp22-dev)")
endif()
message(STATUS "LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_INSTALL_PREFIX}")

find_path(STENCILGEN_CLANG_INCLUDE clang/CodeGen/BackendUtil.h
          PATHS ${LLVM_INSTALL_PREFIX}/include NO_DEFAULT_PATH REQUIRED)
add_library(stencilgen_llvm INTERFACE)
target_include_directories(stencilgen_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${STENCILGEN_CLANG_INCLUDE})
separate_arguments(_definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_definitions(stencilgen_llvm INTERFACE ${_definitions})

if(STENCILGEN_STATIC_LLVM)
  find_package(Clang CONFIG REQUIRED HINTS ${LLVM_INSTALL_PREFIX}/lib/cmake/clang NO_DEFAULT_PATH)
  llvm_map_components_to_libnames(_llvm_libs AllTargetsCodeGens AllTargetsAsmParsers AllTargetsDescs
    AllTargetsDisassemblers AllTargetsInfos BitReader BitWriter Core DebugInfoDWARF MC MCDisassembler Object
    Passes Support TargetParser)
  target_link_libraries(stencilgen_llvm INTERFACE clangCodeGen clangFrontend clangDriver ${_llvm_libs})
else()
  # Named by file: Debian's package files for CMake also name archives of tools that need not be installed.
  find_library(STENCILGEN_LIBLLVM NAMES LLVM-${LLVM_VERSION_MAJOR} LLVM PATHS ${LLVM_LIBRARY_DIRS}
    NO_DEFAULT_PATH REQUIRED)
  find_library(STENCILGEN_LIBCLANG_CPP NAMES clang-cpp PATHS ${LLVM_LIBRARY_DIRS} NO_DEFAULT_PATH REQUIRED)
  target_link_libraries(stencilgen_llvm INTERFACE ${STENCILGEN_LIBCLANG_CPP} ${STENCILGEN_LIBLLVM})
endif()
# Where Clang's own headers (stddef.h, ...) are, relative to the LLVM installation the tool is linked with.
set(STENCILGEN_CLANG_RESOURCE_DIR ${LLVM_INSTALL_PREFIX}/lib/clang/${LLVM_VERSION_MAJOR})
