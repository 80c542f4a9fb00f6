// See TargetBuild.h.
#include "pipeline/TargetBuild.h"
#include "emit/Header.h"
#include "emit/Manifest.h"
#include "emit/PatchCalls.h"
#include "emit/UnwindHeader.h"
#include "pipeline/SetBuilder.h"
#include "stencil/FrameChecks.h"
#include "stencil/Verifier.h"
#include "support/Diagnostic.h"
#include "support/File.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace stencilgen {

/// A trace that began elsewhere than the profile says would be stopped by the processor.
static Error checkTraceEntries(const Profile &Interpreter, const Cases &All) {
  std::vector<StringRef> Names;
  for (const Case &C : All.List)
    Names.push_back(C.Name);
  for (const std::string &Name : Interpreter.TraceEntries)
    if (!is_contained(Names, Name)) {
      StringRef Nearest = nearestName(Name, Names);
      return makeError("profile " + Interpreter.Name + ": compile.traceEntries: expected micro-ops, found '" +
                       Name + "'" + (Nearest.empty() ? "" : "; did you mean '" + Nearest + "'?"));
    }
  return Error::success();
}

static Expected<CompileOutput> compile(const TargetPlan &Plan, const CompileInput &Input,
                                       const MicroOps &Uops, const PipelineEvents &Events) {
  const std::string &Triple = Plan.set().Triple;
  if (Events.Verbose)
    Events.Verbose("clang --target=" + Triple + " " + join(Input.Options.Arguments, " ") + " -c (" +
                   std::to_string(Uops.All.List.size()) + " micro-ops and the shim)");
  auto Compiled = compileMicroOps(Input, Uops.All, [&](size_t Done, size_t Total) {
    if (Events.Progress)
      Events.Progress(Triple, Done, Total);
  });
  if (Compiled && !Compiled->Warnings.empty() && Events.Warning)
    Events.Warning(Compiled->Warnings);
  return Compiled;
}

/// Every file that was read, with its digest.
static Expected<std::vector<InputFile>> inputsOf(const TargetPlan &Plan, const CompileInput &Input,
                                                 const CompileOutput &Compiled, const MicroOps &Uops) {
  std::vector<std::string> Read = Compiled.Includes;
  Read.insert(Read.end(), Uops.Files.begin(), Uops.Files.end());
  Read.push_back(Input.Template.File);
  if (Input.Shim)
    Read.push_back(Input.Shim->File);
  if (Plan.jit())
    Read.push_back(Plan.jit()->file());
  return inputFiles(Read, Plan.roots());
}

/// The text of the header that says how to unwind the shim's frame.
static Expected<std::string> makeUnwindHeader(const TargetPlan &Plan, const StencilSet &Set, StringRef Shim,
                                              const MachineCode &Machine) {
  if (Plan.target().FramePointer.empty())
    return unwindHeader(Set, nullptr);
  auto Unwind = readUnwindInfo(Shim, Plan.target().FramePointer, Machine);
  if (!Unwind)
    return withSubject(Unwind.takeError(), "shim");
  return unwindHeader(Set, &*Unwind);
}

/// Makes the files of the set, and then the manifest, which has their digests.
static Error addFiles(TargetFiles &Made, const TargetPlan &Plan, const CompileOutput &Compiled,
                      const MachineCode &Machine) {
  if (Plan.hasEntryShim()) {
    StringRef Shim(Compiled.Shim->Bytes.data(), Compiled.Shim->Bytes.size());
    auto Unwind = makeUnwindHeader(Plan, Made.Set, Shim, Machine);
    if (!Unwind)
      return Unwind.takeError();
    Made.Others = {{Plan.shimPath(), Shim.str()}, {Plan.unwindPath(), std::move(*Unwind)}};
  }
  auto Listing = Disassembler::create(Made.Set.Triple);
  if (!Listing)
    return Listing.takeError();
  auto Header = stencilHeader(Made.Set, *Listing);
  if (!Header)
    return Header.takeError();
  Made.Others.emplace_back(Plan.headerPath(), std::move(*Header));
  for (const auto &[Path, Contents] : Made.Others)
    Made.Set.Files.push_back({sys::path::filename(Path).str(), sha256Hex(Contents)});
  llvm::sort(Made.Set.Files, [](const SetFile &A, const SetFile &B) { return A.Name < B.Name; });
  Made.Manifest = writeManifest(Made.Set, Plan.options().WithDisassembly ? &*Listing : nullptr);
  return Error::success();
}

Expected<TargetFiles> buildTarget(const TargetPlan &Plan, const MicroOps &Uops, unsigned Threads,
                                  const PipelineEvents &Events) {
  auto Input = Plan.compileInput(Threads);
  if (!Input)
    return Input.takeError();
  if (Plan.options().CfProtection)
    if (Error E = checkTraceEntries(Plan.interpreter(), Uops.All))
      return E;
  auto Compiled = compile(Plan, *Input, Uops, Events);
  if (!Compiled)
    return Compiled.takeError();

  TargetFiles Made;
  Made.Set = Plan.set();
  auto Inputs = inputsOf(Plan, *Input, *Compiled, Uops);
  if (!Inputs)
    return Inputs.takeError();
  Made.Set.Inputs = std::move(*Inputs);
  Made.Set.Digest = digestOf(Made.Set, Plan.interpreter());
  Made.Set.Layouts = std::move(Compiled->Layouts);
  Made.Set.Saves = std::move(Compiled->Saves);
  Made.Set.Functions = std::move(Compiled->Functions);

  auto Machine = MachineCode::create(Made.Set.Triple);
  if (!Machine)
    return Machine.takeError();
  if (Error E = addStencils(Made.Set, Plan, *Compiled, Uops.All, **Machine))
    return E;
  keepUsedFunctions(Made.Set);
  if (Error E = verifyStencils(Made.Set))
    return E;
  if (Plan.jit())
    if (Error E = checkJitContract(Made.Set, *Plan.jit()))
      return E;
  if (Error E = addFiles(Made, Plan, *Compiled, **Machine))
    return E;
  return Made;
}

} // namespace stencilgen
