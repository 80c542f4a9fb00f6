# stencilgen_embed(OUTPUT TYPE ARRAY BASE FILE...): writes a C++ header that defines `struct TYPE { Name, Text }` and the
# array ARRAY of it with the text of each file, so that the installed tool needs no data files. A file's name is its path
# relative to BASE; without the suffix .json. Raw string literals; CMake reruns when a file changes.
function(stencilgen_embed output type array base)
  set(text "// Generated from the files in ${array}.\n#pragma once\n#include \"llvm/ADT/StringRef.h\"\n\n")
  string(APPEND text "namespace stencilgen {\nstruct ${type} {\n  llvm::StringRef Name, Text;\n};\n")
  string(APPEND text "inline constexpr ${type} ${array}[] = {\n")
  list(SORT ARGN)
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${base} OUTPUT_VARIABLE name)
    string(REGEX REPLACE "\\.json$" "" name "${name}")
    file(READ ${file} contents)
    # Literals longer than 16 KiB are not portable: cut into pieces that the compiler joins.
    string(LENGTH "${contents}" length)
    string(APPEND text "    {\"${name}\",")
    set(offset 0)
    while(offset LESS length)
      string(SUBSTRING "${contents}" ${offset} 8000 piece)
      string(APPEND text "\n     R\"embedded(${piece})embedded\"")
      math(EXPR offset "${offset} + 8000")
    endwhile()
    string(APPEND text "},\n")
  endforeach()
  string(APPEND text "};\n} // namespace stencilgen\n")
  # file(CONFIGURE) leaves a file that would not change alone.
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}" @ONLY)
endfunction()
