// See Pipeline.h.
#include "pipeline/Pipeline.h"
#include "compile/Backend.h"
#include "emit/Header.h"
#include "pipeline/Freshness.h"
#include "pipeline/TargetBuild.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "support/Threads.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <atomic>
#include <mutex>

using namespace llvm;

namespace stencilgen {

namespace {

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

/// A target of the run, and what was made for it.
struct PlannedTarget {
  TargetPlan Plan;
  std::string Digest;              ///< of the set, when it is known
  std::vector<FileIdentity> Found; ///< the files when it was looked whether they are up to date
  std::optional<TargetFiles> Made; ///< none: not made yet, or up to date
};

/// Errors: the profile cannot tell the kinds of build that were asked for apart.
Error checkKinds(const Profile &Interpreter, const PipelineOptions &Options) {
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

/// Errors: a target is unknown or given twice, more targets than the profile has headers for, no
/// configuration.
Expected<std::vector<PlannedTarget>> planTargets(const Profile &Interpreter, const PipelineOptions &Options,
                                                 const PipelineEvents &Events) {
  if (Error E = checkKinds(Interpreter, Options))
    return E;
  std::vector<PlannedTarget> Targets;
  std::vector<const TargetProfile *> Seen;
  for (const std::string &Triple : Options.Triples) {
    auto Target = Interpreter.target(Triple);
    if (!Target)
      return Target.takeError();
    if (auto Same = llvm::find(Seen, *Target); Same != Seen.end())
      return makeError("'" + Options.Triples[Same - Seen.begin()] + "' and '" + Triple +
                       "' are the same target, expected each target once");
    Seen.push_back(*Target);
    if (Options.CfProtection && (*Target)->HardeningFlags.empty() && Events.Warning)
      Events.Warning("stencilgen: warning: --cf-protection has no effect for " + Triple +
                     ": the processor checks no indirect jumps\n");
    for (BuildKind Kind : Options.Kinds) {
      auto Plan = TargetPlan::create(Interpreter, Triple, Kind, Options);
      if (!Plan)
        return Plan.takeError();
      Targets.push_back({std::move(*Plan), "", {}, std::nullopt});
    }
  }
  if (!Interpreter.HeaderFile.empty() && Targets.size() > 1)
    return makeError(Interpreter.Name + " has one header, " + Interpreter.HeaderFile +
                     ", for one target: expected one triple, found " + Twine(Targets.size()));
  return Targets;
}

/// Makes the targets, several at the same time: as many as there are threads, and the threads that are left
/// over within each. Errors: those of buildTarget, in their order.
Error makeAll(ArrayRef<PlannedTarget *> Targets, const MicroOps &Uops, unsigned Threads,
              const PipelineEvents &Events) {
  // LLVM's own options ("-mllvm") are one set for the process.
  bool Together =
      llvm::none_of(Targets, [](const PlannedTarget *Target) { return Target->Plan.setsGlobalOptions(); });
  unsigned Lanes = Together ? std::min<size_t>(Threads, Targets.size()) : 1;
  std::vector<std::optional<Error>> Results(Targets.size());
  std::atomic<size_t> Next = 0;
  auto Lane = [&] {
    for (size_t I; (I = Next++) < Targets.size();) {
      auto Made = buildTarget(Targets[I]->Plan, Uops, std::max(1U, Threads / Lanes), Events);
      Results[I].emplace(Made.takeError());
      if (!Made)
        continue;
      Targets[I]->Digest = Made->Set.Digest;
      Targets[I]->Made = std::move(*Made);
    }
  };
  ThreadGroup Others;
  for (unsigned I = 1; I < Lanes && Others.start(Lane); ++I) {
  }
  Lane();
  Others.join();
  Error Failures = Error::success();
  for (std::optional<Error> &Result : Results)
    Failures = joinErrors(std::move(Failures), std::move(*Result));
  return Failures;
}

/// The micro-ops, and the compiler ready for them. Errors: those of loadMicroOps.
Expected<MicroOps> prepare(const Profile &Interpreter, const PipelineOptions &Options) {
  initializeBackend();
  if (Interpreter.EmbeddedHeaders && Options.Sysroot.empty())
    ignoreEnvironment();
  return loadMicroOps(Interpreter, Options);
}

/// Makes what is not up to date. Errors: those of loadMicroOps and makeAll.
Error makeStale(const Profile &Interpreter, const PipelineOptions &Options,
                std::vector<PlannedTarget> &Targets, const PipelineEvents &Events) {
  std::vector<PlannedTarget *> Stale;
  for (PlannedTarget &Target : Targets) {
    if (Target.Made)
      continue; // before another run came between
    Target.Found = identifyFiles(Target.Plan);
    auto Current = Options.Force ? std::nullopt : currentDigest(Target.Plan);
    Target.Digest = Current.value_or("");
    if (!Current)
      Stale.push_back(&Target);
    else if (Events.Verbose)
      Events.Verbose(Target.Plan.headerPath() + " is up to date");
  }
  if (Stale.empty())
    return Error::success();
  auto Uops = prepare(Interpreter, Options);
  if (!Uops)
    return Uops.takeError();
  if (!Uops->Note.empty() && Events.Warning)
    Events.Warning(Uops->Note);
  if (!Uops->Details.empty() && Events.Verbose)
    Events.Verbose(Uops->Details);
  return makeAll(Stale, *Uops, Options.Threads, Events);
}

/// Whether the files of targets that were up to date are still those, now that the output directory is
/// locked: another run may have written its own set.
bool areStillCurrent(ArrayRef<PlannedTarget> Targets) {
  return llvm::all_of(Targets, [](const PlannedTarget &Target) {
    return Target.Made || identifyFiles(Target.Plan) == Target.Found;
  });
}

/// Adds a target's files, the manifest last: what it says is there, is there. Of a target that is up to date,
/// what killed runs left of them is removed. Errors: those of OutputFiles::add.
Error addFiles(OutputFiles &Outputs, const PlannedTarget &Target) {
  if (!Target.Made) {
    for (const std::string &Path : Target.Plan.paths())
      Outputs.tidy(Path);
    Outputs.tidy(Target.Plan.manifestPath());
    return Error::success();
  }
  for (const auto &[Path, Contents] : Target.Made->Others)
    if (Error E = Outputs.add(Path, Contents))
      return E;
  return Outputs.add(Target.Plan.manifestPath(), Target.Made->Manifest);
}

/// Adds the headers that include those of the targets, if the interpreter has such headers.
/// Errors: those of OutputFiles::add.
Error addDispatchers(OutputFiles &Outputs, const Profile &Interpreter, const PipelineOptions &Options,
                     ArrayRef<PlannedTarget> Targets) {
  std::vector<DispatchTarget> Headers, UnwindHeaders;
  for (const PlannedTarget &Target : Targets) {
    const TargetPlan &Plan = Target.Plan;
    std::string Digest = Options.LayoutAsserts ? Target.Digest : "";
    Headers.push_back({Plan.set().Condition, Plan.headerName(), Digest});
    if (Plan.hasEntryShim())
      UnwindHeaders.push_back({Plan.set().Condition, Plan.unwindName(), Digest});
  }
  std::string Command = Options.Command + " " + join(Options.Triples, " ");
  if (Interpreter.HeaderFile.empty())
    if (Error E = Outputs.add(includedHeader(Interpreter, Options), dispatcher(Command, Headers)))
      return E;
  if (UnwindHeaders.empty())
    return Error::success();
  return Outputs.add(inDirectory(Options.OutputDir, "jit_unwind_info.h"), dispatcher(Command, UnwindHeaders));
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
  auto Template = loadSource(Options, Interpreter.TemplateFile, "the template");
  if (!Template)
    return Template.takeError();
  auto Unit = makeTranslationUnit(Template->File, Template->Text, templateNames(Interpreter), Uops->All);
  if (!Unit)
    return Unit.takeError();
  OS << Unit->Text;
  return Error::success();
}

Expected<TargetFiles> makeInMemory(const Profile &Interpreter, const PipelineOptions &Options) {
  auto Plan = TargetPlan::create(Interpreter, Options);
  if (!Plan)
    return Plan.takeError();
  auto Uops = prepare(Interpreter, Options);
  if (!Uops)
    return Uops.takeError();
  return buildTarget(*Plan, *Uops, Options.Threads, PipelineEvents());
}

std::string includedHeader(const Profile &Interpreter, const PipelineOptions &Options) {
  return inDirectory(Options.OutputDir,
                     Interpreter.HeaderFile.empty() ? "jit_stencils.h" : Interpreter.HeaderFile);
}

Error runPipeline(const Profile &Interpreter, const PipelineOptions &Options, const PipelineEvents &Outer) {
  SerialEvents Events(Outer);
  auto Targets = planTargets(Interpreter, Options, Events.get());
  if (!Targets)
    return Targets.takeError();
  for (;;) {
    if (Error E = makeStale(Interpreter, Options, *Targets, Events.get()))
      return E;
    // The dispatchers come first: until a header is there that has the digest they ask for, it does not
    // compile.
    OutputFiles Outputs;
    if (Error E = addDispatchers(Outputs, Interpreter, Options, *Targets))
      return E;
    if (!areStillCurrent(*Targets))
      continue;
    for (const PlannedTarget &Target : *Targets)
      if (Error E = addFiles(Outputs, Target))
        return E;
    return Outputs.commit();
  }
}

} // namespace stencilgen
