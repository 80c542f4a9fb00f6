// How a tier-2 body gets its argument and its operands.
#ifndef STENCILGEN_LOWER_OPERANDS_H
#define STENCILGEN_LOWER_OPERANDS_H

#include "lower/CodeWriter.h"
#include "uops/Uop.h"

namespace stencilgen::lower {

/// Emits what sets `oparg`, for a micro-op that uses it.
void readOparg(const uops::Uop &U, const LoweringProfile &Profile, CodeWriter &Out);

/// Emits a local for each named cache entry of \p U: in tier 2 they are operands, numbered in order.
void readOperands(const uops::Uop &U, const LoweringProfile &Profile, CodeWriter &Out);

} // namespace stencilgen::lower

#endif
