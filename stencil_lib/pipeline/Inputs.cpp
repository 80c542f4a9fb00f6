// See Inputs.h.
#include "pipeline/Inputs.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

std::string inDirectory(StringRef Directory, StringRef Name) {
  SmallString<256> Path = Directory;
  sys::path::append(Path, Name);
  return Path.str().str();
}

namespace {

std::string absolute(StringRef Path) {
  SmallString<256> Absolute = Path;
  sys::fs::make_absolute(Absolute);
  sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
  return Absolute.str().str();
}

/// The roots by name, absolute. The build's directory comes first: it may lie in the source tree.
std::vector<std::pair<std::string, std::string>> namedRoots(const InputRoots &Roots) {
  std::vector<std::pair<std::string, std::string>> Named;
  if (!Roots.Build.empty())
    Named.emplace_back("build", absolute(Roots.Build));
  Named.emplace_back("source", absolute(Roots.Source));
  Named.emplace_back("clang", absolute(STENCILGEN_CLANG_RESOURCE_DIR));
  Named.emplace_back("embedded", VirtualRoot);
  return Named;
}

/// The text of a virtual file, none when there is no such file.
std::optional<StringRef> virtualText(StringRef Path, const InputRoots &Roots) {
  auto File = llvm::find_if(Roots.Embedded, [&](const VirtualFile &F) { return F.Path == Path; });
  if (File == Roots.Embedded.end())
    return std::nullopt;
  return File->Text;
}

} // namespace

InputFile locateInput(StringRef Path, const InputRoots &Roots) {
  std::string Absolute = absolute(Path);
  InputFile Best{"system", Absolute, ""};
  size_t BestLength = 0;
  for (const auto &[Name, Directory] : namedRoots(Roots)) {
    StringRef Rest = Absolute;
    if (Directory.size() > BestLength && Rest.consume_front(Directory) && Rest.consume_front("/")) {
      Best = {Name, Rest.str(), ""};
      BestLength = Directory.size();
    }
  }
  return Best;
}

std::string relativeName(StringRef Path, const InputRoots &Roots) { return locateInput(Path, Roots).Path; }

Expected<std::vector<InputFile>> inputFiles(ArrayRef<std::string> Paths, const InputRoots &Roots) {
  std::vector<InputFile> Files;
  for (const std::string &Path : Paths) {
    InputFile File = locateInput(Path, Roots);
    if (auto Text = virtualText(Path, Roots)) {
      File.Sha256 = sha256Hex(*Text);
      Files.push_back(std::move(File));
      continue;
    }
    auto Buffer = readFile(Path, "an input file");
    if (!Buffer)
      return Buffer.takeError();
    File.Sha256 = sha256Hex((*Buffer)->getBuffer());
    Files.push_back(std::move(File));
  }
  auto Key = [](const InputFile &F) { return std::tie(F.Root, F.Path); };
  llvm::sort(Files, [&](const InputFile &A, const InputFile &B) { return Key(A) < Key(B); });
  Files.erase(llvm::unique(Files), Files.end());
  return Files;
}

std::string pathOf(const InputFile &Input, const InputRoots &Roots) {
  SmallString<256> Path;
  for (const auto &[Name, Directory] : namedRoots(Roots))
    if (Name == Input.Root)
      Path = Directory;
  sys::path::append(Path, Input.Path);
  return Path.str().str();
}

std::optional<std::string> digestOf(const InputFile &Input, const InputRoots &Roots) {
  std::string Path = pathOf(Input, Roots);
  if (auto Text = virtualText(Path, Roots))
    return sha256Hex(*Text);
  // A manifest named it.
  auto Buffer = readRegularFile(Path, "an input file");
  if (!Buffer) {
    consumeError(Buffer.takeError());
    return std::nullopt;
  }
  return sha256Hex((*Buffer)->getBuffer());
}

std::string digestOf(const StencilSet &Set, const Profile &Interpreter) {
  std::string Text;
  raw_string_ostream OS(Text);
  // A zero byte after each part keeps ("ab", "c") apart from ("a", "bc").
  for (StringRef Part :
       {StringRef(Set.ToolVersion), StringRef(Set.LLVMVersion), StringRef(Interpreter.Text),
        StringRef(Set.Triple), StringRef(Set.Debug ? "debug" : "release"), StringRef(Set.Command)})
    OS << Part << '\0';
  for (const std::string &Flag : Set.Flags)
    OS << Flag << '\0';
  for (const InputFile &Input : Set.Inputs)
    OS << Input.Root << '\0' << Input.Path << '\0' << Input.Sha256 << '\0';
  return sha256Hex(Text);
}

} // namespace stencilgen
