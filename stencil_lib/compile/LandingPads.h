// Stencils that no computed jump reaches need no instruction for one to land on.
#ifndef STENCILGEN_COMPILE_LANDINGPADS_H
#define STENCILGEN_COMPILE_LANDINGPADS_H

#include "llvm/IR/Function.h"

namespace stencilgen {

/// Takes the landing instruction (endbr of x86, bti of AArch64) from the beginning of \p Entry, which direct
/// jumps alone reach, when the module was compiled to have them (-fcf-protection=branch,
/// -mbranch-protection=bti). Those inside of it, where its own computed jumps lead, stay: on AArch64, where
/// LLVM knows all or none of a function's (AArch64BranchTargets.cpp), by keeping every one of a function that
/// has such jumps; switches become branches.
void dropLandingPad(llvm::Function &Entry);

} // namespace stencilgen

#endif
