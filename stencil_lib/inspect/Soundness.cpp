// Checks of a set as a file: paths, symbols, form, the header beside it. See Soundness.h.
#include "inspect/Soundness.h"
#include "emit/Header.h"
#include "emit/Manifest.h"
#include "support/File.h"
#include "support/Json.h"
#include "sysheaders/SystemHeaders.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

namespace {

Diagnostic about(StringRef File, const Twine &Message) {
  Diagnostic D;
  D.File = File.str();
  D.Message = Message.str();
  return D;
}

/// "/usr/include/x.h" or "C:\x.h"; not "/" or "//" alone, which texts for people have.
bool isAbsolutePath(StringRef Text) {
  bool IsDrive = Text.size() > 3 && isAlpha(Text[0]) && Text[1] == ':' && (Text[2] == '\\' || Text[2] == '/');
  if (IsDrive)
    return true;
  // Where files are that exist only for the compiler.
  if (Text.starts_with(VirtualRoot) || !Text.consume_front("/"))
    return false;
  auto [First, Rest] = Text.split('/');
  auto IsName = [](StringRef Name) {
    return !Name.empty() &&
           llvm::all_of(Name, [](char C) { return isAlnum(C) || StringRef("._-+").contains(C); });
  };
  return IsName(First) && !Rest.empty() && IsName(Rest.split('/').first);
}

/// Whether a flag or its value has an absolute path: -I/usr/include and --sysroot=/x do, <source>/Include
/// does not.
bool flagHasPath(StringRef Flag) {
  for (size_t I = 0; I < Flag.size(); ++I)
    if (Flag[I] == '/' && (I == 0 || Flag[I - 1] == '=' || (I == 2 && Flag[0] == '-')) &&
        isAbsolutePath(Flag.drop_front(I)))
      return true;
  return false;
}

/// Where two documents differ, as JSON pointers; only the first difference of each array or object.
void findDifferences(const Json &Found, const Json &Expected, const std::string &Path,
                     std::vector<std::pair<std::string, std::string>> &Out) {
  if (Found == Expected)
    return;
  auto Short = [](const Json &Value) {
    std::string Text = jsonText(Value);
    return Text.size() > 60 ? Text.substr(0, 57) + "..." : Text;
  };
  if (Found.is_object() && Expected.is_object()) {
    for (const auto &[Key, Value] : Found.items())
      if (!Expected.contains(Key))
        return Out.emplace_back(Path + "/" + Key, "is not a member that a manifest has there"), void();
    for (const auto &[Key, Value] : Expected.items()) {
      if (!Found.contains(Key))
        return Out.emplace_back(Path + "/" + Key, "is missing"), void();
      findDifferences(Found[Key], Value, Path + "/" + Key, Out);
    }
    return;
  }
  if (Found.is_array() && Expected.is_array()) {
    for (size_t I = 0; I < std::min(Found.size(), Expected.size()); ++I)
      if (Found[I] != Expected[I])
        return findDifferences(Found[I], Expected[I], Path + "/" + std::to_string(I), Out);
    Out.emplace_back(Path, "has " + std::to_string(Found.size()) + " elements, expected " +
                               std::to_string(Expected.size()));
    return;
  }
  Out.emplace_back(Path, "is " + Short(Found) + ", expected " + Short(Expected));
}

} // namespace

std::vector<Diagnostic> checkPaths(const InspectedSet &Inspected) {
  const StencilSet &Set = *Inspected.Set;
  std::vector<Diagnostic> Found;
  for (const std::string &Flag : Set.Flags)
    if (flagHasPath(Flag))
      Found.push_back(about(Inspected.File, "the flag '" + Flag + "' names an absolute path"));
  for (const InputFile &Input : Set.Inputs)
    if (Input.Root != "system" && isAbsolutePath(Input.Path))
      Found.push_back(about(Inspected.File, "the input '" + Input.Path + "' of the root '" + Input.Root +
                                                "' is an absolute path"));
  SmallVector<StringRef, 8> Words;
  StringRef(Set.Command).split(Words, ' ', -1, /*KeepEmpty=*/false);
  for (StringRef Word : Words)
    if (!Set.LLVMVersion.empty() && flagHasPath(Word))
      Found.push_back(about(Inspected.File, "the command names the absolute path '" + Word + "'"));
  for (const StencilGroup *Group : Inspected.Groups) {
    if (isAbsolutePath(Group->File))
      Found.push_back(about(Inspected.File, "micro-op '" + Group->Name +
                                                "': its definition is in the absolute path '" + Group->File +
                                                "'"));
    for (const DataString &String : dataStrings(Group->Data))
      if (isAbsolutePath(String.Text))
        Found.push_back(about(Inspected.File, "micro-op '" + Group->Name + "': data at offset 0x" +
                                                  utohexstr(String.Offset, true) +
                                                  " has the absolute path '" + String.Text + "'"));
  }
  return Found;
}

std::vector<Diagnostic> checkSymbols(const InspectedSet &Inspected, const StringSet<> &Allowed,
                                     StringRef Source) {
  std::vector<Diagnostic> Found;
  for (const std::string &Symbol : externalSymbols(*Inspected.Set)) {
    if (Allowed.contains(Symbol))
      continue;
    auto Uses = [&](const Stencil &S) {
      return llvm::any_of(S.Holes, [&](const Hole &H) { return H.Symbol == Symbol; });
    };
    auto User = llvm::find_if(
        Inspected.Groups, [&](const StencilGroup *Group) { return Uses(Group->Code) || Uses(Group->Data); });
    Found.push_back(about(Inspected.File, "the symbol '" + Symbol + "', which '" + (*User)->Name +
                                              "' uses, is not in " + Source));
  }
  return Found;
}

std::vector<Diagnostic> manifestDifferences(StringRef File, StringRef Text, StringRef Expected) {
  if (Text == Expected)
    return {};
  // Both were read before, so they are JSON.
  Json Found = Json::parse(Text.begin(), Text.end(), nullptr, /*allow_exceptions=*/false);
  std::vector<std::pair<std::string, std::string>> Differences;
  findDifferences(Found, Json::parse(Expected.begin(), Expected.end(), nullptr, false), "", Differences);
  if (Differences.empty())
    Differences.emplace_back("",
                             "the document is formatted differently, or has its members in another order");
  std::vector<Diagnostic> Diagnostics;
  for (const auto &[Path, Problem] : Differences)
    Diagnostics.push_back(about(File, Path + (Path.empty() ? "" : " ") + Problem));
  return Diagnostics;
}

std::vector<Diagnostic> checkForm(const InspectedSet &Inspected, StringRef Text,
                                  const Disassembler &Decoder) {
  bool HasDisassembly = Text.contains("\"disassembly\": [");
  return manifestDifferences(Inspected.File, Text,
                             writeManifest(*Inspected.Set, HasDisassembly ? &Decoder : nullptr));
}

std::vector<Diagnostic> checkFiles(const InspectedSet &Inspected) {
  std::vector<Diagnostic> Found;
  for (const SetFile &File : Inspected.Set->Files) {
    if (sys::path::filename(File.Name) != File.Name || File.Name == "..") {
      Found.push_back(
          about(Inspected.File, "/files: expected names without directories, found '" + File.Name + "'"));
      continue;
    }
    SmallString<256> Path = sys::path::parent_path(Inspected.File);
    sys::path::append(Path, File.Name);
    auto Contents = readRegularFile(Path, "a file of the set", MaxSetFileSize);
    if (Contents && sha256Hex((*Contents)->getBuffer()) != File.Sha256)
      Found.push_back(about(Path, "the file is not the one that the manifest was written with"));
    consumeError(Contents.takeError());
  }
  return Found;
}

std::vector<Diagnostic> checkHeader(const InspectedSet &Inspected, StringRef HeaderFile, StringRef HeaderText,
                                    const Disassembler &Decoder) {
  auto Expected = stencilHeader(*Inspected.Set, Decoder);
  if (!Expected)
    return {about(HeaderFile, toString(Expected.takeError()))};
  if (HeaderText == *Expected)
    return {};
  StringRef Ours = *Expected;
  for (unsigned Number = 1;; ++Number) {
    StringRef Wanted, Found;
    std::tie(Wanted, Ours) = Ours.split('\n');
    std::tie(Found, HeaderText) = HeaderText.split('\n');
    if (Wanted == Found && !(Ours.empty() && HeaderText.empty()))
      continue;
    Diagnostic D = about(HeaderFile,
                         Wanted == Found
                             ? Twine("the header ends differently than its manifest says")
                             : "the header is not that of its manifest, which gives '" + Wanted.trim() + "'");
    D.Line = Number;
    D.Column = 1;
    D.SourceLine = Found.str();
    return {D};
  }
}

} // namespace stencilgen
