// See ColdPaths.h.
#include "optimize/ColdPaths.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/MDBuilder.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// As rare as LLVM takes what __builtin_expect calls unlikely.
constexpr uint32_t UsualWeight = 2000, RareWeight = 1;

bool isRareCall(const Instruction &I, StringRef Prefix, const OptimizeProfile &Facts) {
  const auto *Call = dyn_cast<CallBase>(&I);
  if (!Call)
    return false;
  StringRef Name = Call->getCalledOperand()->stripPointerCasts()->getName();
  if (Name.consume_front(Prefix))
    return is_contained(Facts.ColdTargets, Name);
  return is_contained(Facts.ColdCalls, Name) || Call->hasFnAttr(Attribute::Cold);
}

} // namespace

void weighBranches(Function &Entry, StringRef Prefix, const OptimizeProfile &Facts) {
  DenseSet<const BasicBlock *> Rare;
  // Successors first; a loop's block counts as usual until all that follows it is known.
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock *Block : post_order(&Entry)) {
      if (Rare.contains(Block))
        continue;
      auto IsRare = [&](const BasicBlock *Next) { return Rare.contains(Next); };
      bool EndsRare = isa<UnreachableInst>(Block->getTerminator()) ||
                      (succ_size(Block) > 0 && llvm::all_of(successors(Block), IsRare));
      if (EndsRare || any_of(*Block, [&](const Instruction &I) { return isRareCall(I, Prefix, Facts); })) {
        Rare.insert(Block);
        Changed = true;
      }
    }
  }
  for (BasicBlock &Block : Entry) {
    auto *Branch = dyn_cast<BranchInst>(Block.getTerminator());
    if (!Branch || !Branch->isConditional())
      continue;
    bool First = Rare.contains(Branch->getSuccessor(0)), Second = Rare.contains(Branch->getSuccessor(1));
    if (First == Second)
      continue;
    Branch->setMetadata(LLVMContext::MD_prof, MDBuilder(Entry.getContext())
                                                  .createBranchWeights(First ? RareWeight : UsualWeight,
                                                                       Second ? RareWeight : UsualWeight));
  }
}

} // namespace stencilgen
