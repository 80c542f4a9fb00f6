// Between LLVM's optimiser and its back end: what the optimiser cannot know of stencils.
#ifndef STENCILGEN_OPTIMIZE_OPTIMIZE_H
#define STENCILGEN_OPTIMIZE_OPTIMIZE_H

#include "interpreters/OptimizeProfile.h"
#include "support/RecordLayout.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include <string>
#include <vector>

namespace stencilgen {

/// How modules of micro-ops are optimised.
struct OptimizeOptions {
  OptimizeProfile Facts;
  std::string Prefix; ///< of the symbols of hole values
  std::string Entry;  ///< the stencils' function
};

/// Prepares the optimised module \p M of a micro-op for another run of the optimiser and for the back end:
/// derived holes, facts about memory, rare ways. \p Layouts are those of the records in the text it was
/// compiled from.
void prepareStencil(llvm::Module &M, const OptimizeOptions &Options, llvm::ArrayRef<RecordLayout> Layouts);

/// True where derived holes of \p M's target need the small code model to be operands of 32 bits.
bool needsSmallCodeModel(const llvm::Module &M);

/// Prepares \p M once more, when the optimiser has used all that: derived holes of what it made, the code
/// model that encodes derived holes in as few bytes as their ranges need.
void prepareEncoding(llvm::Module &M, const OptimizeOptions &Options);

} // namespace stencilgen

#endif
