// A stencil set out of a generated C header: ours, or one that CPython's own scripts wrote, which have no
// manifest.
#ifndef STENCILGEN_INSPECT_HEADERREADER_H
#define STENCILGEN_INSPECT_HEADERREADER_H

#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// Reads jit_stencils-TRIPLE.h: emit functions with their bytes and patches, the table of stencil groups.
///
/// A header does not say everything. The profile is the first built-in one whose expressions and patch
/// functions are those of the header; the target is in the file's name, or in the comment with the command.
/// Where one patch function serves several fixup kinds, the instruction tells which it was. Micro-ops'
/// definitions, inputs and the LLVM version stay unknown.
/// Errors: a function or table that is not as the generators write it, with its line; no profile fits; no
/// target; those of verifyStencils.
llvm::Expected<StencilSet> readStencilHeader(llvm::StringRef File, llvm::StringRef Text);

} // namespace stencilgen

#endif
