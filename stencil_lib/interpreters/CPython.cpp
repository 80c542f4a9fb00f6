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

/// The minor version that a profile's name ends in, none for a profile of something else.
static std::optional<unsigned> minorOf(StringRef Name) {
  unsigned Minor;
  if (!Name.consume_front("cpython-3.") || Name.getAsInteger(10, Minor))
    return std::nullopt;
  return Minor;
}

Expected<CPythonProfile> loadCPythonProfile(StringRef SourceDir) {
  SmallString<256> Path = SourceDir;
  sys::path::append(Path, "Include", "patchlevel.h");
  auto Buffer = readFile(Path, "the version of the CPython source tree");
  if (!Buffer)
    return Buffer.takeError();
  StringRef Text = (*Buffer)->getBuffer();
  StringRef Major = macroValue(Text, "PY_MAJOR_VERSION"), Minor = macroValue(Text, "PY_MINOR_VERSION");
  unsigned MinorNumber;
  if (Major.empty() || Minor.getAsInteger(10, MinorNumber))
    return makeFileError(Path, "expected definitions of PY_MAJOR_VERSION and PY_MINOR_VERSION");
  std::string Version = (Major + "." + Minor).str();
  StringRef Newest;
  for (StringRef Name : profileNames()) {
    if (!minorOf(Name))
      continue;
    if (Newest.empty() || *minorOf(Name) > *minorOf(Newest))
      Newest = Name;
    auto Found = loadProfile(Name);
    if (!Found)
      return Found.takeError();
    if (is_contained(Found->Versions, Version) || Name == "cpython-" + Version)
      return CPythonProfile{std::move(*Found), ""};
  }
  if (Major != "3" || Newest.empty() || MinorNumber < *minorOf(Newest))
    return makeFileError(Path, "this is CPython " + Version +
                                   ", expected a version with a profile: " + join(profileNames(), ", "));
  auto Found = loadProfile(Newest);
  if (!Found)
    return Found.takeError();
  return CPythonProfile{std::move(*Found),
                        (Path + ": note: this is CPython " + Version +
                         ", which has no profile yet; the newest is used, " + Newest + "\n")
                            .str()};
}

} // namespace stencilgen
