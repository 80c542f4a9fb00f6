// Compares the cases of two sources: those lowered here and those of a generator.
#ifndef STENCILGEN_LOWER_COMPARECASES_H
#define STENCILGEN_LOWER_COMPARECASES_H

#include "lower/Cases.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace stencilgen {

/// The first micro-op in which two sources differ.
struct CaseDifference {
  std::string Name;       ///< of the micro-op
  std::string Message;    ///< "'_NOP' differs", "'_NOP' is in A only", "'_NOP' stands where B has '_POP'"
  std::string SideBySide; ///< the lines around the first differing token in two columns, each line with its
                          ///< newline; empty where one source lacks the micro-op
};

/// Compares token for token: layout and comments do not count, the order of the micro-ops does.
/// \param NameA, NameB  what to call the sources
/// \returns nothing when they are equal
std::optional<CaseDifference> compareCases(const Cases &A, const Cases &B, llvm::StringRef NameA,
                                           llvm::StringRef NameB);

} // namespace stencilgen

#endif
