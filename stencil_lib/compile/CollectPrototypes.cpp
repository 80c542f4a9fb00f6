// See CollectPrototypes.h.
#include "compile/CollectPrototypes.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"

using namespace llvm;

namespace stencilgen {

/// Counts one parameter. False: how it is passed is not known here.
static bool addParameter(Prototype &To, const Argument &Parameter, const DataLayout &Layout) {
  Type *Ty = Parameter.getType();
  if (Parameter.hasPassPointeeByValueCopyAttr() || Parameter.hasStructRetAttr())
    return false;
  if (Ty->isFloatTy() || Ty->isDoubleTy())
    return ++To.Floats;
  if (!Ty->isPointerTy() && !(Ty->isIntegerTy() && Ty->getIntegerBitWidth() <= Layout.getPointerSizeInBits()))
    return false;
  return ++To.Integers;
}

Prototypes collectPrototypes(const Module &M) {
  Prototypes Result;
  for (const Function &F : M) {
    if (!F.isDeclaration() || F.isIntrinsic())
      continue;
    Prototype Of{0, 0, F.isVarArg()};
    if (all_of(F.args(), [&](const Argument &A) { return addParameter(Of, A, M.getDataLayout()); }))
      Result[F.getName().str()] = Of;
  }
  return Result;
}

} // namespace stencilgen
