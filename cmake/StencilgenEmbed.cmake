# stencilgen_read_literal(FILE VARIABLE): a file's text as C++ string literals. CMake reruns when the file
# changes.
function(stencilgen_read_literal file variable)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} contents)
  string(LENGTH "${contents}" length)
  # Literals longer than 16 KiB are not portable: cut into pieces that the compiler joins.
  set(literal "") # the caller's is seen here, too
  set(offset 0)
  while(offset LESS length)
    string(SUBSTRING "${contents}" ${offset} 8000 piece)
    string(APPEND literal "\n    R\"embedded(${piece})embedded\"")
    math(EXPR offset "${offset} + 8000")
  endwhile()
  set(${variable} "${literal}" PARENT_SCOPE)
endfunction()

# stencilgen_embed(OUTPUT TYPE ARRAY BASE FILE...): writes a C++ header that defines
# `struct TYPE { Name, Text }` and the array ARRAY of it with the text of each file, so that the installed
# tool needs no data files. A file's name is its path relative to BASE; without the suffix .json.
function(stencilgen_embed output type array base)
  set(text "// Generated from the files in ${array}.\n#pragma once\n#include \"llvm/ADT/StringRef.h\"\n\n")
  string(APPEND text "namespace stencilgen {\nstruct ${type} {\n  llvm::StringRef Name, Text;\n};\n")
  string(APPEND text "inline constexpr ${type} ${array}[] = {\n")
  list(SORT ARGN)
  foreach(file IN LISTS ARGN)
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${base} OUTPUT_VARIABLE name)
    string(REGEX REPLACE "\\.json$" "" name "${name}")
    stencilgen_read_literal(${file} literal)
    string(APPEND text "    {\"${name}\",${literal}},\n")
  endforeach()
  string(APPEND text "};\n} // namespace stencilgen\n")
  # file(CONFIGURE) leaves a file that would not change alone.
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}" @ONLY)
endfunction()

# stencilgen_embed_texts(OUTPUT NAME FILE ...): writes a C++ header with the text of each file as a constant
# of that name.
function(stencilgen_embed_texts output)
  string(CONCAT text "// Generated: texts that are part of the tool.\n#pragma once\n"
    "#include \"llvm/ADT/StringRef.h\"\n\nnamespace stencilgen {\n")
  while(ARGN)
    list(POP_FRONT ARGN name file)
    stencilgen_read_literal(${file} literal)
    string(APPEND text "inline constexpr llvm::StringLiteral ${name} =${literal};\n")
  endwhile()
  string(APPEND text "} // namespace stencilgen\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}" @ONLY)
endfunction()
