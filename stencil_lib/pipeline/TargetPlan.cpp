// See TargetPlan.h.
#include "pipeline/TargetPlan.h"
#include "support/File.h"
#include "support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

/// Where a profile's configuration header is, as a virtual file.
static constexpr const char *VirtualConfigurationDir = "/__stencilgen__/configuration";

TemplateNames templateNames(const Profile &Interpreter) {
  return {Interpreter.Entry, Interpreter.OpcodeMacro, Interpreter.CaseMarker, Interpreter.NumberCases};
}

Expected<SourceFile> loadSource(const PipelineOptions &Options, StringRef Name, StringRef What) {
  SourceFile Source{inDirectory(Options.SourceDir, Name), ""};
  auto Buffer = readFile(Source.File, What);
  if (!Buffer)
    return Buffer.takeError();
  Source.Text = (*Buffer)->getBuffer().str();
  return Source;
}

TargetPlan::TargetPlan(const Profile &Interpreter, const TargetProfile &Target, StringRef Triple,
                       BuildKind Kind, const PipelineOptions &Options, std::shared_ptr<const JitSource> Jit)
    : Interpreter(&Interpreter), Target(&Target), Options(&Options), Kind(Kind), Jit(std::move(Jit)),
      HasEmbeddedHeaders(Interpreter.EmbeddedHeaders && Options.Sysroot.empty()) {
  Roots.Source = Options.SourceDir;
  if (HasEmbeddedHeaders)
    Roots.Embedded = systemHeaders();
  findConfiguration();
  describeSet(Interpreter.CanonicalTriples ? StringRef(Target.Triple) : Triple);
}

/// Optimised stencils are proved for some processors and headers alone (docs/performance.md).
static Error checkOptimize(const Profile &Interpreter, StringRef TripleName) {
  if (!Interpreter.Optimize.IsEnabled)
    return Error::success();
  if (Triple(Triple::normalize(TripleName)).getArch() != Triple::x86_64)
    return makeError("--optimize: expected a target of x86-64, found " + TripleName +
                     ": for other processors it is not proved to be right");
  if (Interpreter.Header.Dialect != HeaderDialect::CPython)
    return makeError("--optimize: expected a profile with the header dialect cpython: the runtime's tables "
                     "have no derived holes");
  return Error::success();
}

Expected<TargetPlan> TargetPlan::create(const Profile &Interpreter, StringRef Triple, BuildKind Kind,
                                        const PipelineOptions &Options) {
  auto Target = Interpreter.target(Triple);
  if (!Target)
    return Target.takeError();
  if (Error E = checkOptimize(Interpreter, Triple))
    return E;
  std::shared_ptr<const JitSource> Jit;
  if (!Interpreter.JitFile.empty()) {
    auto Read = JitSource::read(inDirectory(Options.SourceDir, Interpreter.JitFile));
    if (!Read)
      return Read.takeError();
    Jit = std::make_shared<const JitSource>(std::move(*Read));
  }
  TargetPlan Plan(Interpreter, **Target, Triple, Kind, Options, std::move(Jit));
  if (Error E = Plan.checkConfiguration())
    return E;
  return Plan;
}

void TargetPlan::describeSet(StringRef Triple) {
  Set.ToolVersion = toolVersion();
  Set.LLVMVersion = llvmVersion();
  Set.ProfileName = Interpreter->Name;
  Set.ProfileRevision = Interpreter->Revision;
  Set.Triple = Triple.str();
  Set.Condition = condition();
  Set.Debug = Kind.Debug;
  Set.Flags = flags("<source>", "<build>", Options->Sysroot.empty() ? "" : "<sysroot>", /*ForShim=*/false);
  Set.How = recipe();
  Set.Command = commandLine(Set.How, Set.Triple);
  for (const HoleValueProfile &Value : Interpreter->Holes.Values)
    Set.Expressions.emplace_back(Value.Name, Value.Expression);
  if (Interpreter->Optimize.IsEnabled)
    Set.Widths = Interpreter->Optimize.Operands;
  Set.Header = Interpreter->headerFor(*Target, Jit.get());
  Set.Header.LayoutAsserts &= Options->LayoutAsserts;
}

Recipe TargetPlan::recipe() const {
  Recipe How;
  How.Command = Options->Command;
  How.Debug = Kind.Debug;
  How.FreeThreaded = Kind.FreeThreaded;
  for (BuildKind Other : Options->Kinds) {
    How.WithOtherDebug |= Other.Debug != Kind.Debug;
    How.WithOtherFreeThreaded |= Other.FreeThreaded != Kind.FreeThreaded;
  }
  How.CfProtection = Options->CfProtection;
  How.Optimize = Interpreter->Optimize.IsEnabled;
  How.LayoutAsserts = Options->LayoutAsserts;
  How.Disassembly = Options->WithDisassembly;
  How.Sysroot = !Options->Sysroot.empty();
  How.Source = Options->Source;
  if (!Options->CasesFile.empty()) {
    InputFile Cases = locateInput(Options->CasesFile, Roots);
    How.Cases = {Cases.Root, Cases.Path};
  }
  How.CompilerFlags = Options->ExtraFlags;
  return How;
}

std::string TargetPlan::headerName() const {
  return Interpreter->HeaderFile.empty() ? "jit_stencils-" + fileSuffix() + ".h" : Interpreter->HeaderFile;
}

std::string TargetPlan::manifestPath() const {
  return inOutput((sys::path::stem(headerName()) + ".json").str());
}

std::vector<std::string> TargetPlan::paths() const {
  if (!hasEntryShim())
    return {headerPath()};
  return {shimPath(), unwindPath(), headerPath()};
}

Expected<CompileInput> TargetPlan::compileInput(unsigned Threads) const {
  CompileInput Input;
  auto Template = loadSource(*Options, Interpreter->TemplateFile, "the template");
  if (!Template)
    return Template.takeError();
  Input.Template = std::move(*Template);
  if (StringRef File = hasEntryShim() ? Interpreter->EntryShimFile : Interpreter->ShimFile;
      !File.empty() && !Target->WithoutShim) {
    auto Shim = loadSource(*Options, File, "the shim");
    if (!Shim)
      return Shim.takeError();
    Input.Shim = std::move(*Shim);
  }
  Input.Names = templateNames(*Interpreter);
  // Some targets have no use for what the profile says for all; of their own flags users hear.
  auto Arguments = [&](bool ForShim) {
    auto Flags = flags(Options->SourceDir, Roots.Build, Options->Sysroot, ForShim);
    Flags.insert(Flags.begin(), "--start-no-unused-arguments");
    Flags.insert(Flags.end() - Options->ExtraFlags.size(), "--end-no-unused-arguments");
    return Flags;
  };
  Input.Options = {Set.Triple, Arguments(false), Roots.Embedded};
  Input.ShimArguments = Arguments(true);
  Input.MaxDataAlignment = Target->Layout.MaxDataAlignment;
  Input.Threads = Threads;
  if (Target->IrConvention || Target->RegisterArguments > 0)
    Input.Options.Convention = {Target->IrConvention, Target->RegisterArguments, Interpreter->Holes.Prefix};
  if (Interpreter->Optimize.IsEnabled)
    Input.Options.Optimize = {Interpreter->Optimize, Target->Layout.SymbolPrefix + Interpreter->Holes.Prefix,
                              Interpreter->Entry};
  Input.Options.OneSwitch = Interpreter->OneSwitch;
  return Input;
}

bool TargetPlan::setsGlobalOptions() const {
  return llvm::any_of(Set.Flags, [](StringRef Flag) { return Flag.starts_with("-mllvm"); });
}

Error TargetPlan::checkConfiguration() const {
  if (Roots.Build.empty())
    return Error::success();
  return readFile(inDirectory(Roots.Build, Interpreter->ConfigurationFile), "the configuration of the build")
      .takeError();
}

/// What the names of a target's files end in, before the extension.
std::string TargetPlan::fileSuffix() const {
  std::string Name = Set.Triple;
  if (Options->Kinds.size() > 1)
    Name += std::string(Kind.FreeThreaded ? "-freethreaded" : "") + (Kind.Debug ? "-debug" : "");
  return Name;
}

/// What of the profile's is particular to this kind of build.
std::vector<const BuildVariant *> TargetPlan::variants() const {
  std::vector<const BuildVariant *> Variants;
  if (Kind.Debug)
    Variants.push_back(&Interpreter->Debug);
  if (Kind.FreeThreaded)
    Variants.push_back(&Interpreter->FreeThreaded);
  return Variants;
}

/// The dispatcher's condition for this target.
std::string TargetPlan::condition() const {
  std::string Condition = Target->Condition;
  auto Add = [&](bool Holds, StringRef Of) { Condition += (Twine(" && ") + (Holds ? "" : "!") + Of).str(); };
  auto Differ = [&](bool BuildKind::*Member) {
    return llvm::any_of(Options->Kinds, [&](BuildKind Other) { return Other.*Member != Kind.*Member; });
  };
  if (Differ(&BuildKind::FreeThreaded))
    Add(Kind.FreeThreaded, Interpreter->FreeThreaded.Condition);
  if (Differ(&BuildKind::Debug))
    Add(Kind.Debug, Interpreter->Debug.Condition);
  return Condition;
}

/// The profile's configuration header.
std::string TargetPlan::configuration() const {
  std::vector<std::string> Lines = Target->Configuration;
  for (const BuildVariant *Variant : variants())
    Lines.insert(Lines.end(), Variant->Configuration.begin(), Variant->Configuration.end());
  return join(Lines, "\n") + "\n";
}

/// Decides which configuration header is used: the user's, the profile's, the source tree's.
void TargetPlan::findConfiguration() {
  if (Interpreter->ConfigurationFile.empty())
    return;
  if (!Options->ConfigurationDir.empty()) {
    Roots.Build = Options->ConfigurationDir;
  } else if (!Target->Configuration.empty()) {
    Roots.Embedded.push_back(
        {inDirectory(VirtualConfigurationDir, Interpreter->ConfigurationFile), configuration()});
  } else if (!Target->ConfigurationDir.empty()) {
    std::string Directory = inDirectory(Options->SourceDir, Target->ConfigurationDir);
    std::string File = inDirectory(Directory, Interpreter->ConfigurationFile);
    // Some trees have the text alone that their build copies.
    auto Original = MemoryBuffer::getFile(File + ".in");
    if (Original && !sys::fs::exists(File))
      Roots.Embedded.push_back({inDirectory(VirtualConfigurationDir, Interpreter->ConfigurationFile),
                                (*Original)->getBuffer().str()});
    else
      Roots.Build = std::move(Directory);
  } else {
    SmallString<256> Current;
    sys::fs::current_path(Current);
    Roots.Build = Current.str().str();
  }
}

/// Clang's arguments, with these names for the trees.
std::vector<std::string> TargetPlan::flags(StringRef Source, StringRef Build, StringRef Sysroot,
                                           bool ForShim) const {
  std::vector<std::string> Flags;
  auto Add = [&](ArrayRef<std::string> More) { Flags.insert(Flags.end(), More.begin(), More.end()); };
  Add(Kind.Debug ? Interpreter->DebugFlags : Interpreter->ReleaseFlags);
  for (const BuildVariant *Variant : variants())
    Add(Variant->Flags);
  // Without a configuration the directory would be any: the output must not depend on it.
  if (!Roots.Build.empty())
    Flags.push_back(("-I" + Build).str());
  else if (!Interpreter->ConfigurationFile.empty())
    Flags.push_back(std::string("-I") + VirtualConfigurationDir);
  for (const std::string &Include : Interpreter->Includes)
    Flags.push_back("-I" + inDirectory(Source, Include));
  if (HasEmbeddedHeaders)
    Add(systemHeaderArguments(Set.Triple));
  else if (!Sysroot.empty())
    Flags.push_back(("--sysroot=" + Sysroot).str());
  Add(Interpreter->Flags);
  // Absolute paths must not get into the code, by way of __FILE__ for instance.
  Flags.push_back(("-ffile-prefix-map=" + Source + "=.").str());
  if (!ForShim)
    Add(Interpreter->StencilFlags);
  Add(Target->Flags);
  Add(ForShim ? Target->ShimFlags : Target->StencilFlags);
  if (Options->CfProtection)
    Add(Target->HardeningFlags);
  Add(Options->ExtraFlags);
  return Flags;
}

} // namespace stencilgen
