// How a stencil goes on to the code that follows it: by a jump.
#ifndef STENCILGEN_STENCIL_CONTINUATIONCHECK_H
#define STENCILGEN_STENCIL_CONTINUATIONCHECK_H

#include "arch/MachineCode.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// Checks that no instruction of \p Group calls what follows: the stack would grow with each micro-op, and
/// the call return into code that expects to have ended. The shim may, and is not to be given. \p Holes
/// says which hole value means what follows. Errors: the first such call, with its place and the remedy.
llvm::Error checkContinuation(const StencilGroup &Group, const HoleProfile &Holes,
                              const MachineCode &Machine);

} // namespace stencilgen

#endif
