// Checks of stencils that must hold whatever made them: a compiler, or a manifest somebody edited.
#ifndef STENCILGEN_STENCIL_VERIFIER_H
#define STENCILGEN_STENCIL_VERIFIER_H

#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// Checks every stencil: each hole inside its stencil, no two holes over the same bytes, holes in order, hole
/// values and patch functions known to the set, addresses in code and data within the group, symbols that are
/// C identifiers, names unique. Errors: one for each violation, joined, with micro-op, stencil and offset.
llvm::Error verifyStencils(const StencilSet &Set);

} // namespace stencilgen

#endif
