// What the hole values of the "tables" dialect are computed from: the expressions that profiles and manifests
// have.
#ifndef STENCILGEN_INTERPRETERS_VALUESOURCE_H
#define STENCILGEN_INTERPRETERS_VALUESOURCE_H

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace stencilgen {

/// Where a hole value comes from, as the expressions of the "tables" dialect say: `operand[0]`, `target[1]`,
/// `trace[0]`, each optionally followed by `>> BITS` and by `& MASK` with a mask of 2^n - 1.
struct ValueSource {
  enum class Kind { Operand, Target, Trace } From;
  unsigned Index; ///< at most 3 for operands, 1 for targets, 3 for values of the trace
  unsigned Shift; ///< bits
  unsigned Width; ///< bits that are kept, 64: all
};

/// What parseValueSource reads, for messages.
inline constexpr const char *ValueSourceForm =
    "operand[N], target[N] or trace[N], optionally followed by '>> BITS' and '& MASK'";

/// Reads such an expression; none when it is something else.
std::optional<ValueSource> parseValueSource(llvm::StringRef Expression);

} // namespace stencilgen

#endif
