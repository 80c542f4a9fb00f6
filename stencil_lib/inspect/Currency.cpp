// See Currency.h.
#include "inspect/Currency.h"
#include "emit/Manifest.h"
#include "inspect/Compare.h"
#include "pipeline/Pipeline.h"
#include "pipeline/TargetPlan.h"
#include "support/Confinement.h"
#include "support/File.h"
#include "support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include <algorithm>

using namespace llvm;

namespace stencilgen {

static Diagnostic about(StringRef File, const Twine &Message) {
  Diagnostic D;
  D.File = File.str();
  D.Message = Message.str();
  return D;
}

/// How a header was made, as far as its comment says.
static Recipe recipeOfCommand(StringRef Command) {
  Recipe How;
  SmallVector<StringRef, 8> Parts;
  Command.split(Parts, " --");
  for (StringRef Part : ArrayRef(Parts).drop_front()) {
    if (Part.consume_front("cflags="))
      How.CompilerFlags.push_back(Part.str());
    else if (Part == "no-layout-asserts")
      How.LayoutAsserts = false;
    else if (Part == "optimize")
      How.Optimize = true;
    else if (Part == "cf-protection")
      How.CfProtection = true;
    else if (Part == "debug")
      How.Debug = true;
    else if (Part == "definitions")
      How.Source = MicroOpSource::Definitions;
    else if (Part == "cases" || Part.starts_with("cases=")) {
      How.Source = MicroOpSource::Cases;
      if (StringRef File = Part.split('=').second; !File.empty())
        How.Cases = {"source", File.str()};
    } else if (Part == "free-threaded")
      How.FreeThreaded = true;
    else if (!How.CompilerFlags.empty())
      How.CompilerFlags.back() += (" --" + Part).str(); // a flag among those of --cflags
  }
  return How;
}

Expected<Profile> profileOf(const StencilSet &Set, StringRef File) {
  auto Load = [&]() -> Expected<Profile> {
    if (File.empty())
      return loadProfile(Set.ProfileName);
    auto Buffer = readFile(File, "the profile");
    if (!Buffer)
      return Buffer.takeError();
    return parseProfile(File, (*Buffer)->getBuffer());
  };
  auto Interpreter = Load();
  bool IsOptimized = Set.How.Command.empty() ? recipeOfCommand(Set.Command).Optimize : Set.How.Optimize;
  if (!Interpreter || !IsOptimized)
    return Interpreter;
  return optimizedProfile(*Interpreter);
}

std::vector<Diagnostic> checkDigest(const InspectedSet &Inspected, const Profile &Interpreter) {
  const StencilSet &Set = *Inspected.Set;
  if (Set.Inputs.empty() || Set.ToolVersion != toolVersion() || Set.ProfileRevision != Interpreter.Revision ||
      Set.ProfileName != Interpreter.Name || digestOf(Set, Interpreter) == Set.Digest)
    return {};
  return {about(Inspected.File,
                "the digest " + Set.Digest + " is not that of the inputs, flags and versions in it")};
}

/// The kinds of build to ask for: that of the set, and those beside which it was made.
static std::vector<BuildKind> kindsOf(const Recipe &How) {
  std::vector<BuildKind> Kinds{{How.Debug, How.FreeThreaded}};
  if (How.WithOtherDebug)
    Kinds.push_back({!How.Debug, How.FreeThreaded});
  if (How.WithOtherFreeThreaded)
    Kinds.push_back({How.Debug, !How.FreeThreaded});
  return Kinds;
}

/// The file of cases: the user's, or the one in a tree that the recipe names.
static Expected<std::string> casesOf(const Recipe &How, const SourceTrees &Trees) {
  if (!How.Cases || !Trees.Cases.empty())
    return Trees.Cases;
  StringRef Tree = How.Cases->Root == "source"  ? Trees.Source
                   : How.Cases->Root == "build" ? Trees.Configuration
                                                : StringRef();
  bool IsInside =
      !sys::path::is_absolute(How.Cases->Path) &&
      llvm::none_of(make_range(sys::path::begin(How.Cases->Path), sys::path::end(How.Cases->Path)),
                    [](StringRef Part) { return Part == ".."; });
  if (Tree.empty() || !IsInside)
    return makeError("the stencils were made from the cases '" + How.Cases->Path +
                     "', which are not in the tree: expected --cases FILE");
  return inDirectory(Tree, How.Cases->Path);
}

Expected<PipelineOptions> optionsOf(const StencilSet &Set, const SourceTrees &Trees) {
  Recipe How = Set.How.Command.empty() ? recipeOfCommand(Set.Command) : Set.How;
  if (How.CompilerFlags != Trees.CompilerFlags)
    return makeError("the stencils were made with the compiler flags '" + join(How.CompilerFlags, " ") +
                     "': flags that a file names are not run, expected the same after --cflags, found '" +
                     join(Trees.CompilerFlags, " ") + "'");
  if (How.Sysroot && Trees.Sysroot.empty())
    return makeError("the stencils were made with system headers of their own: expected --sysroot DIR");
  auto Cases = casesOf(How, Trees);
  if (!Cases)
    return Cases.takeError();
  PipelineOptions Options;
  Options.Command = Trees.Command;
  Options.Kinds = kindsOf(How);
  Options.CfProtection = How.CfProtection;
  Options.LayoutAsserts = How.LayoutAsserts;
  Options.WithDisassembly = How.Disassembly;
  Options.ExtraFlags = Trees.CompilerFlags;
  Options.Source = How.Source;
  Options.CasesFile = std::move(*Cases);
  Options.SourceDir = Trees.Source;
  Options.ConfigurationDir = Trees.Configuration;
  Options.Sysroot = Trees.Sysroot;
  Options.Triples = {Set.Triple};
  return Options;
}

Expected<std::vector<Diagnostic>> checkInputs(const InspectedSet &Inspected, const Profile &Interpreter,
                                              const SourceTrees &Trees) {
  auto Options = optionsOf(*Inspected.Set, Trees);
  if (!Options)
    return Options.takeError();
  auto Plan = TargetPlan::create(Interpreter, *Options);
  if (!Plan)
    return Plan.takeError();
  const InputRoots &Roots = Plan->roots();
  std::vector<Diagnostic> Found;
  for (const InputFile &Input : Inspected.Set->Inputs) {
    std::string Name = Input.Root == "system" ? Input.Path : "<" + Input.Root + ">/" + Input.Path;
    auto Now = digestOf(Input, Roots);
    bool IsOfMachine = Input.Root == "clang" || Input.Root == "system";
    if (!Now && !IsOfMachine)
      Found.push_back(about(Inspected.File, "the input " + Name + " is not in the tree"));
    else if (Now && *Now != Input.Sha256)
      Found.push_back(
          about(Inspected.File, "the input " + Name + " has changed since the stencils were made"));
  }
  return Found;
}

/// A set that was made again; the parent of the confined process gets its bytes.
struct MadeAgain {
  std::string Manifest, KeptBy;
  std::vector<std::pair<std::string, std::string>> Others; ///< name and contents
};

static Expected<MadeAgain> makeAgain(const StencilSet &Set, const Profile &Interpreter,
                                     const SourceTrees &Trees, unsigned Threads) {
  auto Options = optionsOf(Set, Trees);
  if (!Options)
    return Options.takeError();
  Options->Threads = Threads;
  auto Result = runConfined([&]() -> Expected<std::vector<std::string>> {
    auto Made = makeInMemory(Interpreter, *Options);
    if (!Made)
      return Made.takeError();
    std::vector<std::string> Parts{std::move(Made->Manifest)};
    for (auto &[Path, Contents] : Made->Others) {
      Parts.push_back(sys::path::filename(Path).str());
      Parts.push_back(std::move(Contents));
    }
    return Parts;
  });
  if (!Result)
    return Result.takeError();
  if (Result->Parts.size() % 2 != 1)
    return makeError("the process that makes the stencils again was cut off");
  MadeAgain Made{std::move(Result->Parts[0]), std::move(Result->KeptBy), {}};
  for (size_t I = 1; I < Result->Parts.size(); I += 2)
    Made.Others.emplace_back(std::move(Result->Parts[I]), std::move(Result->Parts[I + 1]));
  return Made;
}

/// The micro-ops whose code or data differ.
static std::vector<Diagnostic> stencilDifferences(const InspectedSet &Inspected, const Comparison &Result) {
  std::vector<Diagnostic> Found;
  for (const GroupChange &C : Result.Groups) {
    std::string Subject = "micro-op '" + C.Name + "': ";
    switch (C.Kind) {
    case Change::Same:
      break;
    case Change::Changed:
      Found.push_back(
          about(Inspected.File, Subject + "the tree gives another stencil: " + (C.CodeDelta > 0 ? "+" : "") +
                                    Twine(C.CodeDelta) + " bytes of code, " + Twine(C.LinesRemoved) +
                                    " instructions gone, " + Twine(C.LinesAdded) + " new"));
      break;
    case Change::Added:
      Found.push_back(about(Inspected.File, Subject + "missing, the tree has it"));
      break;
    case Change::Removed:
      Found.push_back(about(Inspected.File, Subject + "the tree does not have it"));
      break;
    }
  }
  return Found;
}

/// The files beside the manifest.
static std::vector<Diagnostic> fileDifferences(const InspectedSet &Inspected, const MadeAgain &Made) {
  std::vector<Diagnostic> Found;
  for (const auto &[Name, Contents] : Made.Others) {
    std::string Path = inDirectory(sys::path::parent_path(Inspected.File), Name);
    auto Buffer = readRegularFile(Path, "a file of the set", MaxSetFileSize);
    if (!Buffer) {
      consumeError(Buffer.takeError());
      Found.push_back(about(Inspected.File, "the file " + Name + " of the set is not beside it"));
    } else if ((*Buffer)->getBuffer() != Contents) {
      Found.push_back(about(Path, "the tree gives another file"));
    }
  }
  return Found;
}

/// The lines of a header. Of a header that another program made, without comments and checks of layouts.
static std::vector<StringRef> linesOf(StringRef Text, bool IsOurs) {
  std::vector<StringRef> Lines;
  for (StringRef Line : split(Text, '\n'))
    if (IsOurs || !(Line.trim().empty() || Line.trim().starts_with("//") || Line.starts_with("#") ||
                    Line.starts_with("_Static_assert")))
      Lines.push_back(Line);
  return Lines;
}

/// A header alone, \p Text, against the one of the tree.
static std::vector<Diagnostic> headerDifferences(const InspectedSet &Inspected, StringRef Text,
                                                 const MadeAgain &Made) {
  bool IsOurs = StringRef(Inspected.Set->Command).starts_with("stencilgen ");
  std::vector<StringRef> Found = linesOf(Text, IsOurs), Expected = linesOf(Made.Others.back().second, IsOurs);
  auto [At, Wanted] = std::mismatch(Found.begin(), Found.end(), Expected.begin(), Expected.end());
  if (At == Found.end() && Wanted == Expected.end())
    return {};
  size_t Offset = At == Found.end() ? Text.size() : static_cast<size_t>(At->data() - Text.data());
  return {diagnosticAt(SourceMgr::DK_Error, Inspected.File, Text, Offset,
                       Wanted == Expected.end() ? Twine("the tree's header ends here")
                                                : "the tree's header has '" + Wanted->trim() + "' here")};
}

Expected<AgainstTree> checkAgainst(const InspectedSet &Inspected, StringRef Text, const Profile &Interpreter,
                                   const SourceTrees &Trees, unsigned Threads, bool InputsDiffer) {
  const StencilSet &Set = *Inspected.Set;
  auto Made = makeAgain(Set, Interpreter, Trees, Threads);
  if (!Made)
    return Made.takeError();
  auto FreshSet = readManifest("the tree's manifest", Made->Manifest);
  if (!FreshSet)
    return FreshSet.takeError();
  auto Fresh = inspectSet(Inspected.File, std::move(*FreshSet), {});
  if (!Fresh)
    return Fresh.takeError();

  AgainstTree Result{stencilDifferences(Inspected, compareSets(Inspected, *Fresh)), Made->KeptBy};
  auto Add = [&](std::vector<Diagnostic> More) { llvm::append_range(Result.Found, More); };
  bool IsManifest = !Set.LLVMVersion.empty();
  if (!IsManifest && Result.Found.empty())
    Add(headerDifferences(Inspected, Text, *Made));
  if (IsManifest && Result.Found.empty() && !InputsDiffer)
    Add(manifestDifferences(Inspected.File, Text, Made->Manifest));
  if (IsManifest && Result.Found.empty() && !InputsDiffer)
    Add(fileDifferences(Inspected, *Made));
  if (!Result.Found.empty() && IsManifest && Set.LLVMVersion != llvmVersion()) {
    Diagnostic Note = about(Inspected.File, "made with LLVM " + Set.LLVMVersion +
                                                ", compared with what LLVM " + llvmVersion() + " makes");
    Note.Kind = SourceMgr::DK_Note;
    Result.Found.push_back(std::move(Note));
  }
  return Result;
}

} // namespace stencilgen
