// Which ways through a stencil are rare.
#ifndef STENCILGEN_OPTIMIZE_COLDPATHS_H
#define STENCILGEN_OPTIMIZE_COLDPATHS_H

#include "interpreters/OptimizeProfile.h"
#include "llvm/IR/Function.h"

namespace stencilgen {

/// Gives the branches of \p Entry weights where one side leads to a rare place and the other does not: a jump
/// to one of \p Facts' cold targets (symbols \p Prefix + NAME), a call that is rare, unreachable code. A side
/// is rare when all ways from it are. LLVM then lays out the usual way as one straight line.
void weighBranches(llvm::Function &Entry, llvm::StringRef Prefix, const OptimizeProfile &Facts);

} // namespace stencilgen

#endif
