// What an interpreter's profile knows of memory, told to LLVM.
#ifndef STENCILGEN_OPTIMIZE_MEMORYFACTS_H
#define STENCILGEN_OPTIMIZE_MEMORYFACTS_H

#include "interpreters/OptimizeProfile.h"
#include "support/RecordLayout.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Function.h"

namespace stencilgen {

/// Marks the loads and stores of \p Entry, a stencil's function, that are in the regions of \p Facts: which
/// do not touch each other's memory (!alias.scope, !noalias). Addresses count from the function's own
/// parameters alone: other functions have other frames. \p Layouts says where members are; a region of a
/// record that is not there has no accesses.
void markMemory(llvm::Function &Entry, const OptimizeProfile &Facts, llvm::ArrayRef<RecordLayout> Layouts);

} // namespace stencilgen

#endif
