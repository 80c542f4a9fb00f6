// See Currency.h.
#include "inspect/Currency.h"
#include "inspect/Compare.h"
#include "support/File.h"
#include "support/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

static Diagnostic about(StringRef File, const Twine &Message) {
  Diagnostic D;
  D.File = File.str();
  D.Message = Message.str();
  return D;
}

Expected<Profile> profileOf(const StencilSet &Set, StringRef File) {
  if (File.empty())
    return loadProfile(Set.ProfileName);
  auto Buffer = readFile(File, "the profile");
  if (!Buffer)
    return Buffer.takeError();
  return parseProfile(File, (*Buffer)->getBuffer());
}

std::vector<Diagnostic> checkDigest(const InspectedSet &Inspected, const Profile &Interpreter) {
  const StencilSet &Set = *Inspected.Set;
  if (Set.Inputs.empty() || Set.ToolVersion != toolVersion() || Set.ProfileRevision != Interpreter.Revision ||
      Set.ProfileName != Interpreter.Name || digestOf(Set, Interpreter) == Set.Digest)
    return {};
  return {about(Inspected.File,
                "the digest " + Set.Digest + " is not that of the inputs, flags and versions in it")};
}

/// The options that a command names: what the set was made with beyond its profile.
static void readCommand(StringRef Command, PipelineOptions &Options) {
  SmallVector<StringRef, 8> Parts;
  Command.split(Parts, " --");
  Options.Command = Parts.front().substr(0, Parts.front().rfind(' ')).str(); // a triple is behind it
  for (StringRef Part : ArrayRef(Parts).drop_front()) {
    if (Part.consume_front("cflags="))
      Options.ExtraFlags.push_back(Part.str());
    else if (Part == "no-layout-asserts")
      Options.LayoutAsserts = false;
    else if (Part == "cf-protection")
      Options.CfProtection = true;
    else if (Part == "debug")
      Options.Kinds.front().Debug = true;
    else if (Part == "definitions")
      Options.Source = MicroOpSource::Definitions;
    else if (Part == "cases" || Part.starts_with("cases=")) {
      Options.Source = MicroOpSource::Cases;
      Options.CasesFile = Part.split('=').second.str();
    } else if (Part == "free-threaded")
      Options.Kinds.front().FreeThreaded = true;
    else if (!Options.ExtraFlags.empty())
      Options.ExtraFlags.back() += (" --" + Part).str(); // a flag among those of --cflags
  }
}

PipelineOptions optionsOf(const StencilSet &Set, const SourceTrees &Trees) {
  PipelineOptions Options;
  readCommand(Set.Command, Options);
  Options.SourceDir = Trees.Source;
  if (!Options.CasesFile.empty() && !sys::path::is_absolute(Options.CasesFile))
    Options.CasesFile = inDirectory(Trees.Source, Options.CasesFile);
  Options.ConfigurationDir = Trees.Configuration;
  Options.Sysroot = Trees.Sysroot;
  Options.Triples = {Set.Triple};
  return Options;
}

std::vector<Diagnostic> checkInputs(const InspectedSet &Inspected, const Profile &Interpreter,
                                    const SourceTrees &Trees) {
  InputRoots Roots = inputRootsFor(Interpreter, optionsOf(*Inspected.Set, Trees));
  std::vector<Diagnostic> Found;
  for (const InputFile &Input : Inspected.Set->Inputs) {
    std::string Name = Input.Root == "system" ? Input.Path : "<" + Input.Root + ">/" + Input.Path;
    auto Now = digestOf(Input, Roots);
    bool IsOfMachine = Input.Root == "clang" || Input.Root == "system";
    if (!Now && !IsOfMachine)
      Found.push_back(about(Inspected.File, "the input " + Name + " is not in the tree"));
    else if (Now && *Now != Input.Sha256)
      Found.push_back(
          about(Inspected.File, "the input " + Name + " is another than the stencils were made from"));
  }
  return Found;
}

/// Makes the set again in \p Directory. Errors: those of the pipeline.
static Expected<InspectedSet> makeAgain(const StencilSet &Set, const Profile &Interpreter,
                                        const SourceTrees &Trees, unsigned Threads, StringRef Directory) {
  PipelineOptions Options = optionsOf(Set, Trees);
  Options.OutputDir = Directory.str();
  Options.Threads = Threads;
  if (Error E = runPipeline(Interpreter, Options, PipelineEvents()))
    return E;
  std::error_code Code;
  for (sys::fs::directory_iterator File(Directory, Code), End; File != End && !Code; File.increment(Code))
    if (StringRef(File->path()).ends_with(".json"))
      return inspectFile(File->path(), {});
  return makeError("no manifest was made to compare with");
}

Expected<std::vector<Diagnostic>> checkAgainst(const InspectedSet &Inspected, const Profile &Interpreter,
                                               const SourceTrees &Trees, unsigned Threads) {
  const StencilSet &Set = *Inspected.Set;
  SmallString<128> Directory;
  if (std::error_code Code = sys::fs::createUniqueDirectory("stencilgen", Directory))
    return makeError("cannot make a directory for the stencils to compare with: " + Code.message());
  auto Fresh = makeAgain(Set, Interpreter, Trees, Threads, Directory);
  sys::fs::remove_directories(Directory);
  if (!Fresh)
    return Fresh.takeError();

  std::vector<Diagnostic> Found;
  Comparison Result = compareSets(Inspected, *Fresh);
  for (const GroupChange &C : Result.Groups) {
    switch (C.Kind) {
    case Change::Same:
      break;
    case Change::Changed:
      Found.push_back(about(Inspected.File, "micro-op '" + C.Name + "': the tree gives another stencil: " +
                                                (C.CodeDelta > 0 ? "+" : "") + Twine(C.CodeDelta) +
                                                " bytes of code, " + Twine(C.LinesRemoved) +
                                                " instructions gone, " + Twine(C.LinesAdded) + " new"));
      break;
    case Change::Added:
      Found.push_back(about(Inspected.File, "micro-op '" + C.Name + "': missing, the tree has it"));
      break;
    case Change::Removed:
      Found.push_back(about(Inspected.File, "micro-op '" + C.Name + "': the tree does not have it"));
      break;
    }
  }
  if (!Found.empty() && !Set.LLVMVersion.empty() && Set.LLVMVersion != llvmVersion()) {
    Diagnostic Note = about(Inspected.File, "made with LLVM " + Set.LLVMVersion +
                                                ", compared with what LLVM " + llvmVersion() + " makes");
    Note.Kind = SourceMgr::DK_Note;
    Found.push_back(std::move(Note));
  }
  return Found;
}

} // namespace stencilgen
