# How every target is compiled: C++20 and C11, warnings, sanitizers, ccache. Targets link stencilgen_options.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "build type" FORCE)
endif()

option(STENCILGEN_WERROR "warnings are errors" OFF)
set(STENCILGEN_SANITIZE "" CACHE STRING "sanitizers, as for -fsanitize= (address,undefined)")
option(STENCILGEN_PRECOMPILE "precompile LLVM's headers, which are most of what a file here compiles" ON)
find_program(STENCILGEN_CCACHE ccache)
if(STENCILGEN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  if(STENCILGEN_PRECOMPILE)
    # What ccache's manual asks for with precompiled headers; base_dir lets build directories share results.
    set(STENCILGEN_CCACHE ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_NOHASHDIR=1 CCACHE_DEPEND=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${STENCILGEN_CCACHE})
  endif()
  set(CMAKE_C_COMPILER_LAUNCHER ${STENCILGEN_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${STENCILGEN_CCACHE})
endif()

add_library(stencilgen_options INTERFACE)
target_compile_options(stencilgen_options INTERFACE -Wall -Wextra -Wno-unused-parameter
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>  # false positives in GCC 12 (PR 105651)
  # libstdc++ 12's own stable_sort, seen through PCHs
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-deprecated-declarations>
  $<$<BOOL:${STENCILGEN_WERROR}>:-Werror>)
if(STENCILGEN_SANITIZE)
  # vptr needs the type information of LLVM's classes, which its packages may lack.
  add_compile_options(-fsanitize=${STENCILGEN_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  # Machine code of a JIT has no type in front of it, which Clang's check of calls would read.
  foreach(language C CXX)
    add_compile_options($<$<COMPILE_LANG_AND_ID:${language},Clang>:-fno-sanitize=function>)
  endforeach()
  add_link_options(-fsanitize=${STENCILGEN_SANITIZE})
endif()

# stencilgen_precompile(TARGET HEADER...): precompiles headers that a target's files share. A file still
# includes what it uses: the sanitizer build of scripts/test goes without.
function(stencilgen_precompile target)
  if(STENCILGEN_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
    target_compile_options(${target}
      PRIVATE # the same PR, seen in headers
      "$<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess;-Wno-array-bounds>"
      "$<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow;-Wno-stringop-overread>")
  endif()
endfunction()
