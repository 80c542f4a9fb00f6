// See VariableOrder.h.
#include "compile/VariableOrder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/PromoteMemToReg.h"
#include <algorithm>

using namespace llvm;

namespace stencilgen {

static SmallVector<AllocaInst *> variablesOf(Function &F) {
  SmallVector<AllocaInst *> Variables;
  for (Instruction &I : F.getEntryBlock())
    if (auto *Variable = dyn_cast<AllocaInst>(&I))
      Variables.push_back(Variable);
  return Variables;
}

/// Whether a variable needs a phi: it is written more than once, and used in more than one block.
static bool needsPhi(const AllocaInst &Variable) {
  if (!isAllocaPromotable(&Variable))
    return false;
  unsigned Stores = 0;
  const BasicBlock *Block = nullptr;
  bool ManyBlocks = false;
  for (const User *U : Variable.users()) {
    const auto *I = cast<Instruction>(U);
    if (!isa<LoadInst, StoreInst>(I))
      continue; // the ends of its lifetime
    Stores += isa<StoreInst>(I);
    ManyBlocks |= Block && Block != I->getParent();
    Block = I->getParent();
  }
  return Stores > 1 && ManyBlocks;
}

/// The variables of \p F that its micro-op's case or the code after the switch declares: all their uses, and
/// the start of their lifetime, come after the switch begins.
static SmallVector<AllocaInst *> variablesOfCase(Function &F) {
  SmallPtrSet<const BasicBlock *, 16> Before;
  for (const BasicBlock &Block : F) {
    Before.insert(&Block);
    if (isa<SwitchInst>(Block.getTerminator()))
      break;
  }
  SmallVector<AllocaInst *> Variables = variablesOf(F);
  erase_if(Variables, [&](const AllocaInst *Variable) {
    return any_of(Variable->users(),
                  [&](const User *U) { return Before.contains(cast<Instruction>(U)->getParent()); });
  });
  return Variables;
}

VariableOrder::VariableOrder(const Module &All, ArrayRef<std::string> Entries) {
  PassBuilder Passes;
  FunctionAnalysisManager Analyses;
  Passes.registerFunctionAnalyses(Analyses);
  SimplifyCFGPass Simplify;

  std::vector<size_t> Variables;
  size_t Phis = 0;
  size_t TemplatePhis = 0;
  std::unique_ptr<Module> Copy = CloneModule(All);
  for (const std::string &Entry : Entries) {
    Function &F = *Copy->getFunction(Entry);
    SmallVector<AllocaInst *> OfCase = variablesOfCase(F);
    Simplify.run(F, Analyses); // as LLVM does before
    size_t PhisOfCase = count_if(OfCase, [](const auto *Variable) { return needsPhi(*Variable); });
    size_t PhisOfAll = count_if(variablesOf(F), [](const auto *Variable) { return needsPhi(*Variable); });
    Variables.push_back(OfCase.size());
    Phis += PhisOfCase;
    TemplatePhis = std::max(TemplatePhis, PhisOfAll - PhisOfCase);
  }
  Phis += TemplatePhis; // the template's own variables are in every function, but once in the switch
  size_t BehindSwitch = Variables.empty() ? 0 : *std::min_element(Variables.begin(), Variables.end());
  // LLVM walks as many places from the list's end as there are variables with phis.
  size_t Later = BehindSwitch;
  FromFront.resize(Variables.size());
  for (size_t I = Variables.size(); I-- > 0;) {
    FromFront[I] = Later >= Phis;
    Later += Variables[I] - BehindSwitch;
  }
}

void VariableOrder::apply(Function &F, size_t Index) const {
  BasicBlock &Entry = F.getEntryBlock();
  SmallVector<AllocaInst *> Variables = variablesOf(F);
  if (!FromFront[Index])
    for (AllocaInst *Variable : Variables)
      Variable->moveBefore(Entry, Entry.begin());
  // Each variable behind them that needs no phi lets LLVM take one from the front.
  IRBuilder<> Builder(&Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
  SmallVector<AllocaInst *> Behind;
  for (size_t I = 0; I < Variables.size(); ++I)
    Behind.push_back(Builder.CreateAlloca(Builder.getInt8Ty()));
  for (AllocaInst *Variable : Behind)
    Builder.CreateStore(Builder.getInt8(0), Variable);
}

} // namespace stencilgen
