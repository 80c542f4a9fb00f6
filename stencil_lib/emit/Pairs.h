// Holes that one patch function fills together.
#ifndef STENCILGEN_EMIT_PAIRS_H
#define STENCILGEN_EMIT_PAIRS_H

#include "stencil/StencilSet.h"
#include <optional>

namespace stencilgen {

/// The other hole of a pair.
struct HolePair {
  const PairFunction *Function;
  size_t Second; ///< index into the stencil's holes
};

/// Finds the hole that makes one address together with S.Holes[First], so that the JIT may change both
/// instructions: both name the same place, the second uses no register but that of the first, and between
/// them, where \p Functions allows that, no instruction names the register, and nothing branches out of or
/// into the middle. (AArch64: the only architecture with such pairs.)
std::optional<HolePair> findPair(const Stencil &S, size_t First, llvm::ArrayRef<PairFunction> Functions);

} // namespace stencilgen

#endif
