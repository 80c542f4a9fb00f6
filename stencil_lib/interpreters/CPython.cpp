// See CPython.h.
#include "interpreters/CPython.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

/// The value of `#define Name VALUE`, empty when there is none.
static StringRef macroValue(StringRef Text, StringRef Name) {
  while (!Text.empty()) {
    StringRef Line;
    std::tie(Line, Text) = Text.split('\n');
    Line = Line.trim();
    if (!Line.consume_front("#"))
      continue;
    Line = Line.ltrim();
    if (Line.consume_front("define") && Line.ltrim().starts_with(Name)) {
      StringRef Rest = Line.ltrim().drop_front(Name.size());
      if (!Rest.empty() && isSpace(Rest[0]))
        return Rest.ltrim().take_while(isDigit);
    }
  }
  return "";
}

Expected<Profile> loadCPythonProfile(StringRef SourceDir) {
  SmallString<256> Path = SourceDir;
  sys::path::append(Path, "Include", "patchlevel.h");
  auto Buffer = readFile(Path, "the version of the CPython source tree");
  if (!Buffer)
    return Buffer.takeError();
  StringRef Text = (*Buffer)->getBuffer();
  StringRef Major = macroValue(Text, "PY_MAJOR_VERSION"), Minor = macroValue(Text, "PY_MINOR_VERSION");
  if (Major.empty() || Minor.empty())
    return makeFileError(Path, "expected definitions of PY_MAJOR_VERSION and PY_MINOR_VERSION");
  std::string Version = (Major + "." + Minor).str();
  for (StringRef Name : profileNames()) {
    if (!Name.starts_with("cpython-"))
      continue;
    auto Found = loadProfile(Name);
    if (!Found || is_contained(Found->Versions, Version) || Name == "cpython-" + Version)
      return Found;
  }
  return makeFileError(Path, "this is CPython " + Version +
                                 ", expected a version with a profile: " + join(profileNames(), ", "));
}

} // namespace stencilgen
