// See DataAlignment.h.
#include "compile/DataAlignment.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace stencilgen {

/// What C's ABIs give large arrays unasked: the size of a vector register. More than that somebody asked for.
const Align UnaskedAlignment(16);

static bool isOwnVariable(const Value *Pointer) {
  auto *Variable = dyn_cast<GlobalVariable>(getUnderlyingObject(Pointer));
  return Variable && !Variable->isDeclaration() && Variable->getAlign().valueOrOne() <= UnaskedAlignment;
}

void capDataAlignment(Module &M, uint64_t Max) {
  Align Limit(Max);
  for (GlobalVariable &Variable : M.globals()) {
    Align Current = Variable.getAlign().valueOrOne();
    if (!Variable.isDeclaration() && Current > Limit && Current <= UnaskedAlignment)
      Variable.setAlignment(Limit);
  }
  for (Function &F : M)
    for (Instruction &I : instructions(F)) {
      if (auto *Load = dyn_cast<LoadInst>(&I)) {
        if (Load->getAlign() > Limit && isOwnVariable(Load->getPointerOperand()))
          Load->setAlignment(Limit);
      } else if (auto *Store = dyn_cast<StoreInst>(&I)) {
        if (Store->getAlign() > Limit && isOwnVariable(Store->getPointerOperand()))
          Store->setAlignment(Limit);
      } else if (auto *Memory = dyn_cast<MemIntrinsic>(&I)) {
        if (Memory->getDestAlign().valueOrOne() > Limit && isOwnVariable(Memory->getRawDest()))
          Memory->setDestAlignment(Limit);
        auto *Transfer = dyn_cast<MemTransferInst>(Memory);
        if (Transfer && Transfer->getSourceAlign().valueOrOne() > Limit &&
            isOwnVariable(Transfer->getRawSource()))
          Transfer->setSourceAlignment(Limit);
      }
    }
}

} // namespace stencilgen
