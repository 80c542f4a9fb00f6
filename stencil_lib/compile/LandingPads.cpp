// See LandingPads.h.
#include "compile/LandingPads.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace stencilgen {

constexpr StringLiteral BranchTargets = "branch-target-enforcement";

/// Something other than a jump table leads into the middle of the function.
static bool hasOwnLandingPlaces(const Function &F) {
  return any_of(instructions(F), [](const Instruction &I) {
    const auto *Call = dyn_cast<CallBase>(&I);
    return isa<IndirectBrInst>(I) || (Call && Call->hasFnAttr(Attribute::ReturnsTwice));
  });
}

void dropLandingPad(Function &Entry) {
  Entry.addFnAttr(Attribute::NoCfCheck); // x86: of the beginning alone
  if (!Entry.hasFnAttribute(BranchTargets) || hasOwnLandingPlaces(Entry))
    return;
  Entry.removeFnAttr(BranchTargets);
  Entry.addFnAttr("no-jump-tables", "true");
  // What is true of the module is true of a function that does not say.
  Entry.getParent()->setModuleFlag(Module::Min, BranchTargets, uint32_t(0));
}

} // namespace stencilgen
