// See Pipeline.h.
#include "pipeline/Pipeline.h"
#include "ObjectReader.h"
#include "arch/MachineCode.h"
#include "compile/Backend.h"
#include "emit/CPythonHeader.h"
#include "emit/Manifest.h"
#include "emit/PatchCalls.h"
#include "emit/TableHeader.h"
#include "pipeline/Inputs.h"
#include "pipeline/MicroOps.h"
#include "stencil/ContinuationCheck.h"
#include "stencil/FrameChecks.h"
#include "stencil/LandingPad.h"
#include "stencil/LayoutOptimizer.h"
#include "stencil/StencilBuilder.h"
#include "stencil/Verifier.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "support/Version.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <atomic>
#include <mutex>
#include <thread>

using namespace llvm;

namespace stencilgen {

namespace {

Error loadSource(const PipelineOptions &Options, StringRef Name, StringRef What, SourceFile &Source) {
  Source.File = inDirectory(Options.SourceDir, Name);
  auto Buffer = readFile(Source.File, What);
  if (!Buffer)
    return Buffer.takeError();
  Source.Text = (*Buffer)->getBuffer().str();
  return Error::success();
}

TemplateNames templateNames(const Profile &Interpreter) {
  return {Interpreter.Entry, Interpreter.OpcodeMacro, Interpreter.CaseMarker, Interpreter.NumberCases};
}

/// Where a profile's configuration header is, as a virtual file.
constexpr const char *VirtualConfigurationDir = "/__stencilgen__/configuration";

/// One target of a run.
class TargetRun {
public:
  TargetRun(const Profile &Interpreter, const TargetProfile &Target, StringRef Triple, BuildKind Kind,
            const PipelineOptions &Options, const PipelineEvents &Events, const JitSource *Jit = nullptr)
      : Interpreter(Interpreter), Target(Target), Kind(Kind), Options(Options), Events(Events), Jit(Jit),
        HasEmbeddedHeaders(Interpreter.EmbeddedHeaders && Options.Sysroot.empty()) {
    Roots.Source = Options.SourceDir;
    if (HasEmbeddedHeaders)
      Roots.Embedded = systemHeaders();
    findConfiguration();
    Set.ToolVersion = toolVersion();
    Set.LLVMVersion = llvmVersion();
    Set.ProfileName = Interpreter.Name;
    Set.ProfileRevision = Interpreter.Revision;
    Set.Triple = Triple.str();
    Set.Condition = condition();
    Set.Debug = Kind.Debug;
    Set.Flags = flags("<source>", "<build>", Options.Sysroot.empty() ? "" : "<sysroot>", /*ForShim=*/false);
    Set.Command = Options.Command + " " + Set.Triple + kindOptions(Kind) + sourceOption();
    if (Options.CfProtection)
      Set.Command += " --cf-protection";
    for (StringRef Flag : Options.ExtraFlags)
      Set.Command += (" --cflags=" + Flag).str();
    for (const HoleValueProfile &Value : Interpreter.HoleValues)
      Set.Expressions.emplace_back(Value.Name, Value.Expression);
    Set.Header = Interpreter.headerFor(Target, Jit);
    if (!Options.LayoutAsserts) {
      Set.Header.LayoutAsserts = false;
      Set.Command += " --no-layout-asserts";
    }
    if (Set.Header.Dialect == HeaderDialect::Tables) {
      Set.Header.ContinueValue = Interpreter.ContinueValue;
      Set.Header.CodeAlignment = Target.CodeAlignment;
    }
  }

  std::string headerName() const {
    return Interpreter.HeaderFile.empty() ? "jit_stencils-" + fileSuffix() + ".h" : Interpreter.HeaderFile;
  }
  std::string headerPath() const { return inDirectory(Options.OutputDir, headerName()); }
  std::string manifestPath() const {
    return inDirectory(Options.OutputDir, (sys::path::stem(headerName()) + ".json").str());
  }
  bool hasEntryShim() const { return !Interpreter.EntryShimFile.empty(); }
  std::string shimPath() const { return inDirectory(Options.OutputDir, "jit_shim-" + fileSuffix() + ".o"); }
  std::string unwindName() const { return "jit_unwind_info-" + fileSuffix() + ".h"; }
  std::string unwindPath() const { return inDirectory(Options.OutputDir, unwindName()); }
  const StencilSet &set() const { return Set; }
  const InputRoots &roots() const { return Roots; }

  /// True when header and manifest are there and made by this tool from the inputs of this run as they are
  /// now.
  bool isCurrent() const {
    auto Header = MemoryBuffer::getFile(headerPath()), Manifest = MemoryBuffer::getFile(manifestPath());
    if (!Header || !Manifest || (hasEntryShim() && !sys::fs::exists(shimPath())))
      return false;
    auto Old = readManifest(manifestPath(), (*Manifest)->getBuffer());
    if (!Old) {
      consumeError(Old.takeError());
      return false;
    }
    auto WasRead = [&](const std::string &File) {
      InputFile Wanted = locateInput(File, Roots);
      return llvm::any_of(Old->Inputs, [&](const InputFile &Input) {
        return Input.Root == Wanted.Root && Input.Path == Wanted.Path;
      });
    };
    // The disassembly is no part of the set; within a JSON string the quotes would be escaped.
    bool HasDisassembly = (*Manifest)->getBuffer().contains("\"disassembly\": [");
    if (!llvm::all_of(microOpFiles(Interpreter, Options), WasRead) ||
        HasDisassembly != Options.WithDisassembly)
      return false;
    StencilSet Now = Set;
    for (const InputFile &Input : Old->Inputs) {
      auto Current = digestOf(Input, Roots);
      if (!Current)
        return false;
      Now.Inputs.push_back({Input.Root, Input.Path, *Current});
    }
    auto IsMadeWith = [&](const MemoryBuffer &File) {
      return File.getBuffer().starts_with(digestLine(Old->Digest));
    };
    if (Old->Digest != digestOf(Now, Interpreter) || !IsMadeWith(**Header))
      return false;
    auto Unwind = MemoryBuffer::getFile(unwindPath());
    return !hasEntryShim() || (Unwind && IsMadeWith(**Unwind));
  }

  /// What is compiled. Errors: template or shim cannot be read.
  Expected<CompileInput> compileInput(unsigned Threads) const {
    CompileInput Input;
    if (Error E = loadSource(Options, Interpreter.TemplateFile, "the template", Input.Template))
      return E;
    if (StringRef File = hasEntryShim() ? Interpreter.EntryShimFile : Interpreter.ShimFile;
        !File.empty() && !Target.WithoutShim)
      if (Error E = loadSource(Options, File, "the shim", Input.Shim.emplace()))
        return E;
    Input.Names = templateNames(Interpreter);
    // Some targets have no use for what the profile says for all; of their own flags users hear.
    auto Arguments = [&](bool ForShim) {
      auto Flags = flags(Options.SourceDir, Roots.Build, Options.Sysroot, ForShim);
      Flags.insert(Flags.begin(), "--start-no-unused-arguments");
      Flags.insert(Flags.end() - Options.ExtraFlags.size(), "--end-no-unused-arguments");
      return Flags;
    };
    Input.Options = {Set.Triple, Arguments(false), Roots.Embedded};
    Input.ShimArguments = Arguments(true);
    Input.MaxDataAlignment = Target.MaxDataAlignment;
    Input.Threads = Threads;
    if (Target.IrConvention || Target.RegisterArguments > 0)
      Input.Options.Convention = {Target.IrConvention, Target.RegisterArguments, Interpreter.HolePrefix};
    Input.Options.OneSwitch = Interpreter.OneSwitch;
    return Input;
  }

  /// A trace that began elsewhere than the profile says would be stopped by the processor.
  Error checkTraceEntries(const Cases &All) const {
    std::vector<StringRef> Names;
    for (const Case &C : All.List)
      Names.push_back(C.Name);
    for (const std::string &Name : Interpreter.TraceEntries)
      if (!is_contained(Names, Name)) {
        StringRef Nearest = nearestName(Name, Names);
        return makeError("profile " + Interpreter.Name +
                         ": compile.traceEntries: expected micro-ops, found '" + Name + "'" +
                         (Nearest.empty() ? "" : "; did you mean '" + Nearest + "'?"));
      }
    return Error::success();
  }

  /// Compiles on \p Threads threads; see addTo for what comes of it.
  Error make(const MicroOps &Uops, unsigned Threads) {
    auto Made = compileInput(Threads);
    if (!Made)
      return Made.takeError();
    CompileInput &Input = *Made;
    if (Options.CfProtection)
      if (Error E = checkTraceEntries(Uops.All))
        return E;
    if (Events.Verbose)
      Events.Verbose("clang --target=" + Set.Triple + " " + join(Input.Options.Arguments, " ") + " -c (" +
                     std::to_string(Uops.All.List.size()) + " micro-ops and the shim)");
    auto Compiled = compileMicroOps(Input, Uops.All, [&](size_t Done, size_t Total) {
      if (Events.Progress)
        Events.Progress(Set.Triple, Done, Total);
    });
    if (!Compiled)
      return Compiled.takeError();
    if (!Compiled->Warnings.empty() && Events.Warning)
      Events.Warning(Compiled->Warnings);

    std::vector<std::string> Read = std::move(Compiled->Includes);
    Read.insert(Read.end(), Uops.Files.begin(), Uops.Files.end());
    Read.push_back(Input.Template.File);
    if (Input.Shim)
      Read.push_back(Input.Shim->File);
    if (Jit)
      Read.push_back(Jit->file());
    auto Inputs = inputFiles(Read, Roots);
    if (!Inputs)
      return Inputs.takeError();
    Set.Inputs = std::move(*Inputs);
    Set.Digest = digestOf(Set, Interpreter);
    Set.Layouts = std::move(Compiled->Layouts);

    auto Machine = MachineCode::create(Set.Triple);
    if (!Machine)
      return Machine.takeError();
    if (Error E = addGroups(*Compiled, Uops.All, **Machine))
      return E;
    if (Error E = verifyStencils(Set))
      return E;
    if (Jit)
      if (Error E = checkJitContract(Set, *Jit))
        return E;
    auto Listing = Disassembler::create(Set.Triple);
    if (!Listing)
      return Listing.takeError();
    if (hasEntryShim())
      if (Error E = makeEntryShim(*Compiled->Shim, **Machine))
        return E;
    auto HeaderText = stencilHeader(Set, *Listing);
    if (!HeaderText)
      return HeaderText.takeError();
    Header = std::move(*HeaderText);
    Manifest = writeManifest(Set, Options.WithDisassembly ? &*Listing : nullptr);
    return Error::success();
  }

  /// Adds what make() made.
  Error addTo(OutputFiles &Outputs) const {
    if (Error E = Outputs.add(headerPath(), Header))
      return E;
    if (hasEntryShim()) {
      if (Error E = Outputs.add(unwindPath(), UnwindHeader))
        return E;
      if (Error E = Outputs.add(shimPath(), EntryShim))
        return E;
    }
    return Outputs.add(manifestPath(), Manifest);
  }

  /// True when Clang's arguments have options of LLVM's, which are one set for the process.
  bool setsGlobalOptions() const {
    return llvm::any_of(Set.Flags, [](StringRef Flag) { return Flag.starts_with("-mllvm"); });
  }

  /// Errors: the configuration header cannot be read.
  Error checkConfiguration() const {
    if (Roots.Build.empty())
      return Error::success();
    return readFile(inDirectory(Roots.Build, Interpreter.ConfigurationFile), "the configuration of the build")
        .takeError();
  }

private:
  /// How the command line asks for a kind of build.
  static std::string kindOptions(BuildKind Kind) {
    return std::string(Kind.FreeThreaded ? " --free-threaded" : "") + (Kind.Debug ? " --debug" : "");
  }

  /// How the command line asks for the source of the micro-ops.
  std::string sourceOption() const {
    if (Options.Source == MicroOpSource::Definitions)
      return " --definitions";
    if (Options.Source == MicroOpSource::Agreed)
      return "";
    if (Options.CasesFile.empty())
      return " --cases";
    InputFile File = locateInput(Options.CasesFile, Roots);
    return " --cases=" + (File.Root == "source" ? File.Path : Options.CasesFile);
  }

  bool isOneOfMany() const { return Options.Kinds.size() > 1; }

  /// What the names of a target's files end in, before the extension.
  std::string fileSuffix() const {
    std::string Name = Set.Triple;
    if (isOneOfMany())
      Name += std::string(Kind.FreeThreaded ? "-freethreaded" : "") + (Kind.Debug ? "-debug" : "");
    return Name;
  }

  /// What of the profile's is particular to this kind of build.
  std::vector<const BuildVariant *> variants() const {
    std::vector<const BuildVariant *> Variants;
    if (Kind.Debug)
      Variants.push_back(&Interpreter.Debug);
    if (Kind.FreeThreaded)
      Variants.push_back(&Interpreter.FreeThreaded);
    return Variants;
  }

  /// The dispatcher's condition for this run.
  std::string condition() const {
    std::string Condition = Target.Condition;
    auto Add = [&](bool Holds, StringRef Of) {
      Condition += (Twine(" && ") + (Holds ? "" : "!") + Of).str();
    };
    auto Differ = [&](bool BuildKind::*Member) {
      return llvm::any_of(Options.Kinds, [&](BuildKind Other) { return Other.*Member != Kind.*Member; });
    };
    if (Differ(&BuildKind::FreeThreaded))
      Add(Kind.FreeThreaded, Interpreter.FreeThreaded.Condition);
    if (Differ(&BuildKind::Debug))
      Add(Kind.Debug, Interpreter.Debug.Condition);
    return Condition;
  }

  /// The profile's configuration header.
  std::string configuration() const {
    std::vector<std::string> Lines = Target.Configuration;
    for (const BuildVariant *Variant : variants())
      Lines.insert(Lines.end(), Variant->Configuration.begin(), Variant->Configuration.end());
    return join(Lines, "\n") + "\n";
  }

  /// Decides which configuration header is used: the user's, the profile's, the source tree's.
  void findConfiguration() {
    if (Interpreter.ConfigurationFile.empty())
      return;
    if (!Options.ConfigurationDir.empty()) {
      Roots.Build = Options.ConfigurationDir;
    } else if (!Target.Configuration.empty()) {
      Roots.Embedded.push_back(
          {inDirectory(VirtualConfigurationDir, Interpreter.ConfigurationFile), configuration()});
    } else if (!Target.ConfigurationDir.empty()) {
      std::string Directory = inDirectory(Options.SourceDir, Target.ConfigurationDir);
      std::string File = inDirectory(Directory, Interpreter.ConfigurationFile);
      // Some trees have the text alone that their build copies.
      auto Original = MemoryBuffer::getFile(File + ".in");
      if (Original && !sys::fs::exists(File))
        Roots.Embedded.push_back({inDirectory(VirtualConfigurationDir, Interpreter.ConfigurationFile),
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
  std::vector<std::string> flags(StringRef Source, StringRef Build, StringRef Sysroot, bool ForShim) const {
    std::vector<std::string> Flags;
    auto Add = [&](ArrayRef<std::string> More) { Flags.insert(Flags.end(), More.begin(), More.end()); };
    Add(Kind.Debug ? Interpreter.DebugFlags : Interpreter.ReleaseFlags);
    for (const BuildVariant *Variant : variants())
      Add(Variant->Flags);
    // Without a configuration the directory would be any: the output must not depend on it.
    if (!Roots.Build.empty())
      Flags.push_back(("-I" + Build).str());
    else if (!Interpreter.ConfigurationFile.empty())
      Flags.push_back(std::string("-I") + VirtualConfigurationDir);
    for (const std::string &Include : Interpreter.Includes)
      Flags.push_back("-I" + inDirectory(Source, Include));
    if (HasEmbeddedHeaders)
      Add(systemHeaderArguments(Set.Triple));
    else if (!Sysroot.empty())
      Flags.push_back(("--sysroot=" + Sysroot).str());
    Add(Interpreter.Flags);
    // Absolute paths must not get into the code, by way of __FILE__ for instance.
    Flags.push_back(("-ffile-prefix-map=" + Source + "=.").str());
    if (!ForShim)
      Add(Interpreter.StencilFlags);
    Add(Target.Flags);
    Add(ForShim ? Target.ShimFlags : Target.StencilFlags);
    if (Options.CfProtection)
      Add(Target.HardeningFlags);
    Add(Options.ExtraFlags);
    return Flags;
  }

  static StringRef bytesOf(const CompiledObject &Object) {
    return {Object.Bytes.data(), Object.Bytes.size()};
  }

  /// The shim as an object file that the interpreter links, and how to unwind its frame.
  Error makeEntryShim(const CompiledObject &Shim, const MachineCode &Machine) {
    EntryShim = bytesOf(Shim).str();
    if (Target.FramePointer.empty()) {
      UnwindHeader = unwindHeader(Set, nullptr);
      return Error::success();
    }
    auto Unwind = readUnwindInfo(bytesOf(Shim), Target.FramePointer, Machine);
    if (!Unwind)
      return withSubject(Unwind.takeError(), "shim");
    UnwindHeader = unwindHeader(Set, &*Unwind);
    return Error::success();
  }

  /// Nothing but direct jumps leads to this micro-op.
  bool isInsideTraces(StringRef MicroOp) const {
    return !Interpreter.TraceEntries.empty() && !is_contained(Interpreter.TraceEntries, MicroOp);
  }

  Expected<StencilGroup> groupOf(const CompiledObject &Object, StringRef Entry, bool IsInsideTraces,
                                 const MachineCode &Machine) {
    auto Image = readObject(MemoryBufferRef(bytesOf(Object), Object.Name));
    if (!Image)
      return Image.takeError();
    if (!Target.FramePointer.empty())
      if (Error E = checkRegisterUntouched(*Image, Target.FramePointer, Machine)) {
        ++FramePointerUses;
        return E;
      }
    if (Options.CfProtection && IsInsideTraces)
      dropLandingPad(*Image, Target.LandingPad, Machine.architecture());
    if (Target.OptimizeLayout)
      optimizeLayout(*Image, Interpreter, Target, Machine);
    auto Group = buildStencilGroup(Object.Name, Entry, *Image, Interpreter, Target);
    if (Group && Object.Name != "shim")
      if (Error E = checkContinuation(*Group, Interpreter, Machine))
        return E;
    return Group;
  }

  Error addGroups(const CompileOutput &Compiled, const Cases &AllCases, const MachineCode &Machine) {
    Error Failures = Error::success();
    if (Target.WithoutShim)
      Set.Shim.emplace().Name = "shim";
    if (Compiled.Shim && !hasEntryShim()) {
      auto Shim = groupOf(*Compiled.Shim, Interpreter.ShimEntry, /*IsInsideTraces=*/false, Machine);
      if (Shim)
        Set.Shim = std::move(*Shim);
      else
        Failures = joinErrors(std::move(Failures), withSubject(Shim.takeError(), "shim"));
    }
    for (auto [Object, Case] : zip_equal(Compiled.MicroOps, AllCases.List)) {
      size_t UsesBefore = FramePointerUses;
      auto Group = groupOf(Object, Interpreter.Entry, isInsideTraces(Object.Name), Machine);
      if (!Group && UsesBefore > 0 && FramePointerUses > UsesBefore) {
        consumeError(Group.takeError()); // they have one cause: the first is told, the others are counted
        continue;
      }
      if (!Group) {
        Failures =
            joinErrors(std::move(Failures), withSubject(Group.takeError(), "micro-op '" + Object.Name + "'"));
        continue;
      }
      Group->File = relativeName(Case.Info ? Case.Info->DefinitionFile : Case.File, Roots);
      Group->Line = Case.Info ? Case.Info->DefinitionLine : Case.Line;
      Group->Info = Case.Info;
      if (Group->Info) {
        Group->Info->DefinitionFile.clear();
        Group->Info->DefinitionLine = 0;
      }
      Set.Groups.push_back(std::move(*Group));
    }
    if (FramePointerUses > 1)
      Failures = joinErrors(std::move(Failures), makeError(Twine(FramePointerUses - 1) +
                                                           " more micro-ops touch the frame pointer"));
    llvm::sort(Set.Groups, [](const StencilGroup &A, const StencilGroup &B) { return A.Name < B.Name; });
    return Failures;
  }

  const Profile &Interpreter;
  const TargetProfile &Target;
  const BuildKind Kind;
  const PipelineOptions &Options;
  const PipelineEvents &Events;
  const JitSource *Jit; ///< the C file that includes the header; null: nothing is known of it
  bool HasEmbeddedHeaders;
  InputRoots Roots;
  StencilSet Set;
  std::string Header, Manifest, UnwindHeader; ///< texts, when made
  std::string EntryShim;                      ///< object file, likewise
  size_t FramePointerUses = 0;                ///< micro-ops that touch the register they must not
};

/// Calls from any thread become calls one at a time.
class SerialEvents {
public:
  explicit SerialEvents(const PipelineEvents &Outer) {
    if (Outer.Warning)
      Inner.Warning = [this, &Outer](StringRef Text) {
        std::lock_guard<std::mutex> Guard(Lock);
        Outer.Warning(Text);
      };
    if (Outer.Verbose)
      Inner.Verbose = [this, &Outer](StringRef Text) {
        std::lock_guard<std::mutex> Guard(Lock);
        Outer.Verbose(Text);
      };
    if (Outer.Progress)
      Inner.Progress = [this, &Outer](StringRef Triple, size_t Done, size_t Total) {
        std::lock_guard<std::mutex> Guard(Lock);
        Outer.Progress(Triple, Done, Total);
      };
  }

  const PipelineEvents &get() const { return Inner; }

private:
  std::mutex Lock;
  PipelineEvents Inner;
};

/// Makes the runs, several at the same time: as many as there are threads, and the threads that are left over
/// within each. Errors: those of the runs, in their order.
Error makeAll(ArrayRef<TargetRun *> Runs, const MicroOps &Uops, unsigned Threads) {
  // LLVM's own options ("-mllvm") are one set for the process.
  bool Together = llvm::none_of(Runs, [](const TargetRun *Run) { return Run->setsGlobalOptions(); });
  unsigned Lanes = Together ? std::min<size_t>(Threads, Runs.size()) : 1;
  std::vector<std::optional<Error>> Results(Runs.size());
  std::atomic<size_t> Next = 0;
  auto Lane = [&] {
    for (size_t I; (I = Next++) < Runs.size();)
      Results[I].emplace(Runs[I]->make(Uops, std::max(1U, Threads / Lanes)));
  };
  std::vector<std::thread> Others;
  for (unsigned I = 1; I < Lanes; ++I)
    Others.emplace_back(Lane);
  Lane();
  for (std::thread &Other : Others)
    Other.join();
  Error Failures = Error::success();
  for (std::optional<Error> &Result : Results)
    Failures = joinErrors(std::move(Failures), std::move(*Result));
  return Failures;
}

} // namespace

Error printStage(const Profile &Interpreter, const PipelineOptions &Options, Stage Which, raw_ostream &OS) {
  auto Uops = loadMicroOps(Interpreter, Options);
  if (!Uops)
    return Uops.takeError();
  if (Which == Stage::Cases) {
    for (const Case &Case : Uops->All.List)
      OS << Case.Text << "\n\n";
    return Error::success();
  }
  SourceFile Template;
  if (Error E = loadSource(Options, Interpreter.TemplateFile, "the template", Template))
    return E;
  auto Unit = makeTranslationUnit(Template.File, Template.Text, templateNames(Interpreter), Uops->All);
  if (!Unit)
    return Unit.takeError();
  OS << Unit->Text;
  return Error::success();
}

/// Errors: the profile cannot tell the kinds of build that were asked for apart.
static Error checkKinds(const Profile &Interpreter, const PipelineOptions &Options) {
  auto Any = [&](bool BuildKind::*Member) {
    return llvm::any_of(Options.Kinds, [&](BuildKind Kind) { return Kind.*Member; });
  };
  if (Any(&BuildKind::FreeThreaded) && Interpreter.FreeThreaded == BuildVariant())
    return makeError("the profile " + Interpreter.Name + " has no free-threaded builds");
  if (Options.Kinds.size() > 1 && Any(&BuildKind::Debug) && Interpreter.Debug.Condition.empty())
    return makeError("the profile " + Interpreter.Name +
                     " has no condition that tells debug builds, expected one of --debug and --release");
  return Error::success();
}

InputRoots inputRootsFor(const Profile &Interpreter, const PipelineOptions &Options) {
  StringRef Triple = Options.Triples.front();
  PipelineEvents NoEvents;
  return TargetRun(Interpreter, *cantFail(Interpreter.target(Triple)), Triple, Options.Kinds.front(), Options,
                   NoEvents)
      .roots();
}

std::vector<std::string> manifestNames(const Profile &Interpreter, const PipelineOptions &Options) {
  PipelineEvents NoEvents;
  std::vector<std::string> Names;
  for (const std::string &Triple : Options.Triples)
    for (BuildKind Kind : Options.Kinds) {
      const TargetProfile &Target = *cantFail(Interpreter.target(Triple));
      TargetRun Run(Interpreter, Target, Interpreter.CanonicalTriples ? Target.Triple : Triple, Kind, Options,
                    NoEvents);
      Names.push_back(sys::path::filename(Run.manifestPath()).str());
    }
  return Names;
}

std::string includedHeader(const Profile &Interpreter, const PipelineOptions &Options) {
  return inDirectory(Options.OutputDir,
                     Interpreter.HeaderFile.empty() ? "jit_stencils.h" : Interpreter.HeaderFile);
}

Expected<CompileInput> compileInputFor(const Profile &Interpreter, const PipelineOptions &Options) {
  StringRef Triple = Options.Triples.front();
  auto Target = Interpreter.target(Triple);
  if (!Target)
    return Target.takeError();
  PipelineEvents NoEvents;
  TargetRun Run(Interpreter, **Target, Triple, Options.Kinds.front(), Options, NoEvents);
  if (Error E = Run.checkConfiguration())
    return E;
  return Run.compileInput(/*Threads=*/1);
}

Error runPipeline(const Profile &Interpreter, const PipelineOptions &Options, const PipelineEvents &Outer) {
  if (Error E = checkKinds(Interpreter, Options))
    return E;
  std::optional<JitSource> Jit;
  if (!Interpreter.JitFile.empty()) {
    auto Read = JitSource::read(inDirectory(Options.SourceDir, Interpreter.JitFile));
    if (!Read)
      return Read.takeError();
    Jit = std::move(*Read);
  }
  SerialEvents Events(Outer);
  std::vector<TargetRun> Runs;
  std::vector<const TargetProfile *> Targets;
  for (const std::string &Triple : Options.Triples) {
    auto Target = Interpreter.target(Triple);
    if (!Target)
      return Target.takeError();
    if (auto Same = llvm::find(Targets, *Target); Same != Targets.end())
      return makeError("'" + Options.Triples[Same - Targets.begin()] + "' and '" + Triple +
                       "' are the same target, expected each target once");
    Targets.push_back(*Target);
    if (Options.CfProtection && (*Target)->HardeningFlags.empty() && Outer.Warning)
      Outer.Warning("stencilgen: warning: --cf-protection has no effect for " + Triple +
                    ": the processor checks no indirect jumps\n");
    for (BuildKind Kind : Options.Kinds) {
      Runs.emplace_back(Interpreter, **Target, Interpreter.CanonicalTriples ? (*Target)->Triple : Triple,
                        Kind, Options, Events.get(), Jit ? &*Jit : nullptr);
      if (Error E = Runs.back().checkConfiguration())
        return E;
    }
  }

  if (!Interpreter.HeaderFile.empty() && Runs.size() > 1)
    return makeError(Interpreter.Name + " has one header, " + Interpreter.HeaderFile +
                     ", for one target: expected one triple, found " + Twine(Runs.size()));

  OutputFiles Outputs;
  std::vector<TargetRun *> Stale;
  std::vector<DispatchTarget> Dispatch, UnwindDispatch;
  for (TargetRun &Run : Runs) {
    Dispatch.push_back({Run.set().Condition, Run.headerName()});
    if (Run.hasEntryShim())
      UnwindDispatch.push_back({Run.set().Condition, Run.unwindName()});
    if (!Options.Force && Run.isCurrent()) {
      if (Outer.Verbose)
        Outer.Verbose(Run.headerPath() + " is up to date");
      continue;
    }
    Stale.push_back(&Run);
  }
  if (!Stale.empty()) {
    initializeBackend();
    if (Interpreter.EmbeddedHeaders && Options.Sysroot.empty())
      ignoreEnvironment();
    auto Uops = loadMicroOps(Interpreter, Options);
    if (!Uops)
      return Uops.takeError();
    if (!Uops->Note.empty() && Outer.Warning)
      Outer.Warning(Uops->Note);
    if (!Uops->Details.empty() && Outer.Verbose)
      Outer.Verbose(Uops->Details);
    if (Error E = makeAll(Stale, *Uops, Options.Threads))
      return E;
  }
  for (const TargetRun *Run : Stale)
    if (Error E = Run->addTo(Outputs))
      return E;
  std::string Command = Options.Command + " " + join(Options.Triples, " ");
  if (Interpreter.HeaderFile.empty())
    if (Error E = Outputs.add(includedHeader(Interpreter, Options), dispatcher(Command, Dispatch)))
      return E;
  if (!UnwindDispatch.empty())
    if (Error E = Outputs.add(inDirectory(Options.OutputDir, "jit_unwind_info.h"),
                              dispatcher(Command, UnwindDispatch)))
      return E;
  return Outputs.commit();
}

} // namespace stencilgen
