// What the functions take that micro-ops call.
#ifndef STENCILGEN_COMPILE_COLLECTPROTOTYPES_H
#define STENCILGEN_COMPILE_COLLECTPROTOTYPES_H

#include "support/Prototype.h"
#include "llvm/IR/Module.h"

namespace stencilgen {

/// The prototypes of the functions that \p M, as Clang made it, declares and does not define. Clang has
/// applied the target's calling convention already: a parameter of the IR is what is passed. Left out are
/// functions with parameters for which that is not known here (structs in memory, vectors, integers wider
/// than a word).
Prototypes collectPrototypes(const llvm::Module &M);

} // namespace stencilgen

#endif
