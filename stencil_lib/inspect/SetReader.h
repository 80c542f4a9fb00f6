// A stencil set from whatever file holds one, with everything that the commands of this room read of it.
#ifndef STENCILGEN_INSPECT_SETREADER_H
#define STENCILGEN_INSPECT_SETREADER_H

#include "inspect/DecodedCode.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace stencilgen {

/// Reads a manifest, or a generated C header (readStencilHeader), by what the text begins with.
/// Errors: those of the two readers.
llvm::Expected<StencilSet> readStencilSet(llvm::StringRef File, llvm::StringRef Text);

/// A stencil set with its machine code decoded.
struct InspectedSet {
  std::string File;                         ///< as the user named it
  std::unique_ptr<const StencilSet> Set;    ///< Groups point into it
  std::vector<const StencilGroup *> Groups; ///< the shim first, where there is one
  std::vector<DecodedCode> Code;            ///< of each group

  /// What tells this set from others: "x86_64-unknown-linux-gnu, LLVM 22.1.8, cpython-3.14".
  std::string title() const;
};

/// Reads the file \p Path as readStencilSet does and decodes the code of the groups whose names match one of
/// \p Patterns (all, where there are none; `*`, `?` and `[a-z]` as in a shell), in the order of the set.
/// initializeBackend() must have been called. Errors: the file cannot be read; those of readStencilSet; LLVM
/// lacks the target; a pattern that matches nothing (suggests the nearest name) or is not a pattern.
llvm::Expected<InspectedSet> inspectFile(llvm::StringRef Path, llvm::ArrayRef<std::string> Patterns);

/// The same for a set that is read already; \p File names it. Errors: those of inspectFile but reading's.
llvm::Expected<InspectedSet> inspectSet(llvm::StringRef File, StencilSet Set,
                                        llvm::ArrayRef<std::string> Patterns);

/// For each name whether one of \p Patterns matches it; true for all where there are none. Errors, which do
/// not name a file: a pattern that matches nothing (suggests the nearest name) or is not a pattern.
llvm::Expected<std::vector<bool>> matchNames(llvm::ArrayRef<llvm::StringRef> Names,
                                             llvm::ArrayRef<std::string> Patterns);

} // namespace stencilgen

#endif
