// See SetReader.h.
#include "inspect/SetReader.h"
#include "emit/Manifest.h"
#include "inspect/HeaderReader.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/GlobPattern.h"

using namespace llvm;

namespace stencilgen {

Expected<StencilSet> readStencilSet(StringRef File, StringRef Text) {
  if (Text.starts_with("//") || Text.contains("\nemit_"))
    return readStencilHeader(File, Text);
  return readManifest(File, Text);
}

std::string InspectedSet::title() const {
  std::string Title = Set->Triple;
  if (!Set->LLVMVersion.empty())
    Title += ", LLVM " + Set->LLVMVersion;
  if (!Set->ProfileName.empty())
    Title += ", " + Set->ProfileName;
  return Title + (Set->Debug ? ", debug" : "");
}

Expected<std::vector<bool>> matchNames(ArrayRef<StringRef> Names, ArrayRef<std::string> Patterns) {
  std::vector<bool> Matched(Names.size(), Patterns.empty());
  for (const std::string &Text : Patterns) {
    auto Pattern = GlobPattern::create(Text);
    if (!Pattern)
      return makeError("'" + Text + "' is not a pattern: " + toString(Pattern.takeError()));
    bool Any = false;
    for (auto [Index, Name] : enumerate(Names))
      if (Pattern->match(Name))
        Matched[Index] = Any = true;
    if (Any)
      continue;
    StringRef Nearest = nearestName(Text, Names);
    return makeError("no stencil '" + Text + "'" +
                     (Nearest.empty() ? "" : ", did you mean '" + Nearest.str() + "'?"));
  }
  return Matched;
}

/// The groups that the patterns choose. Errors: those of matchNames, with the file.
static Expected<std::vector<const StencilGroup *>> choose(const StencilSet &Set, StringRef File,
                                                          ArrayRef<std::string> Patterns) {
  std::vector<const StencilGroup *> All, Chosen;
  std::vector<StringRef> Names;
  if (Set.Shim)
    All.push_back(&*Set.Shim);
  for (const StencilGroup &Group : Set.Groups)
    All.push_back(&Group);
  for (const StencilGroup *Group : All)
    Names.push_back(Group->Name);
  auto Matched = matchNames(Names, Patterns);
  if (!Matched)
    return withFile(Matched.takeError(), File);
  for (auto [Group, IsMatched] : zip_equal(All, *Matched))
    if (IsMatched)
      Chosen.push_back(Group);
  return Chosen;
}

Expected<InspectedSet> inspectFile(StringRef Path, ArrayRef<std::string> Patterns) {
  auto Buffer = readFile(Path, "the manifest or header", MaxSetFileSize);
  if (!Buffer)
    return Buffer.takeError();
  auto Set = readStencilSet(Path, (*Buffer)->getBuffer());
  if (!Set)
    return Set.takeError();
  return inspectSet(Path, std::move(*Set), Patterns);
}

Expected<InspectedSet> inspectSet(StringRef Path, StencilSet Set, ArrayRef<std::string> Patterns) {
  InspectedSet Result;
  Result.File = Path.str();
  Result.Set = std::make_unique<const StencilSet>(std::move(Set));
  auto Groups = choose(*Result.Set, Path, Patterns);
  if (!Groups)
    return Groups.takeError();
  auto Decoder = Disassembler::create(Result.Set->Triple);
  if (!Decoder)
    return Decoder.takeError();
  for (const StencilGroup *Group : *Groups)
    Result.Code.push_back(decodeGroup(*Group, *Decoder));
  Result.Groups = std::move(*Groups);
  return Result;
}

} // namespace stencilgen
