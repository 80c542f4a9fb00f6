// See SetBuilder.h.
#include "pipeline/SetBuilder.h"
#include "ObjectReader.h"
#include "stencil/ContinuationCheck.h"
#include "stencil/FrameChecks.h"
#include "stencil/LandingPad.h"
#include "stencil/LayoutOptimizer.h"
#include "stencil/StencilBuilder.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen {

namespace {

class SetBuilder {
public:
  SetBuilder(StencilSet &Set, const TargetPlan &Plan, const MachineCode &Machine)
      : Set(Set), Plan(Plan), Interpreter(Plan.interpreter()), Target(Plan.target()), Machine(Machine) {}

  void addShim(const CompiledObject &Object) {
    auto Shim = groupOf(Object, Interpreter.ShimEntry, /*IsInsideTraces=*/false);
    if (Shim)
      Set.Shim = std::move(*Shim);
    else
      addFailure(Shim.takeError(), "shim");
  }

  void addMicroOp(const CompiledObject &Object, const Case &From) {
    size_t UsesBefore = FramePointerUses;
    auto Group = groupOf(Object, Interpreter.Entry, isInsideTraces(Object.Name));
    if (!Group && UsesBefore > 0 && FramePointerUses > UsesBefore) {
      consumeError(Group.takeError()); // they have one cause: the first is told, the others are counted
      return;
    }
    if (!Group)
      return addFailure(Group.takeError(), "micro-op '" + Object.Name + "'");
    Group->File = relativeName(From.Info ? From.Info->DefinitionFile : From.File, Plan.roots());
    Group->Line = From.Info ? From.Info->DefinitionLine : From.Line;
    Group->Info = From.Info;
    if (Group->Info) {
      Group->Info->DefinitionFile.clear();
      Group->Info->DefinitionLine = 0;
    }
    Set.Groups.push_back(std::move(*Group));
  }

  Error finish() {
    if (FramePointerUses > 1)
      Failures = joinErrors(std::move(Failures), makeError(Twine(FramePointerUses - 1) +
                                                           " more micro-ops touch the frame pointer"));
    llvm::sort(Set.Groups, [](const StencilGroup &A, const StencilGroup &B) { return A.Name < B.Name; });
    return std::move(Failures);
  }

private:
  void addFailure(Error E, const Twine &Subject) {
    Failures = joinErrors(std::move(Failures), withSubject(std::move(E), Subject));
  }

  /// Nothing but direct jumps leads to this micro-op.
  bool isInsideTraces(StringRef MicroOp) const {
    return !Interpreter.TraceEntries.empty() && !is_contained(Interpreter.TraceEntries, MicroOp);
  }

  Expected<StencilGroup> groupOf(const CompiledObject &Object, StringRef Entry, bool IsInsideTraces) {
    auto Image = readObject(MemoryBufferRef({Object.Bytes.data(), Object.Bytes.size()}, Object.Name));
    if (!Image)
      return Image.takeError();
    if (!Target.FramePointer.empty())
      if (Error E = checkRegisterUntouched(*Image, Target.FramePointer, Machine)) {
        ++FramePointerUses;
        return E;
      }
    if (Plan.options().CfProtection && IsInsideTraces)
      dropLandingPad(*Image, Target.LandingPad, Machine.architecture());
    StencilRules Rules{Entry.str(), Interpreter.Holes, Target.Layout, Interpreter.Header,
                       Interpreter.Optimize.IsEnabled ? &Interpreter.Optimize.Operands : nullptr};
    if (Target.Layout.OptimizeBlocks)
      optimizeLayout(*Image, Rules, Machine);
    auto Group = buildStencilGroup(Object.Name, *Image, Rules);
    if (Group && Object.Name != "shim")
      if (Error E = checkContinuation(*Group, Interpreter.Holes, Machine))
        return E;
    return Group;
  }

  StencilSet &Set;
  const TargetPlan &Plan;
  const Profile &Interpreter;
  const TargetProfile &Target;
  const MachineCode &Machine;
  Error Failures = Error::success();
  size_t FramePointerUses = 0; ///< micro-ops that touch the register they must not
};

} // namespace

Error addStencils(StencilSet &Set, const TargetPlan &Plan, const CompileOutput &Compiled,
                  const Cases &AllCases, const MachineCode &Machine) {
  SetBuilder Builder(Set, Plan, Machine);
  if (Plan.target().WithoutShim)
    Set.Shim.emplace().Name = "shim";
  if (Compiled.Shim && !Plan.hasEntryShim())
    Builder.addShim(*Compiled.Shim);
  for (auto [Object, Case] : zip_equal(Compiled.MicroOps, AllCases.List))
    Builder.addMicroOp(Object, Case);
  return Builder.finish();
}

} // namespace stencilgen
