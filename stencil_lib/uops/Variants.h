// The variants of a micro-op: how many stack items are in registers when it begins and when it ends.
#ifndef STENCILGEN_UOPS_VARIANTS_H
#define STENCILGEN_UOPS_VARIANTS_H

#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"

namespace stencilgen::uops {

struct Variant {
  unsigned In = 0;   ///< items in registers on entry
  unsigned Out = 0;  ///< on exit
  unsigned Exit = 0; ///< when it leaves by a side exit
};

/// The variants of \p U, in the order they are emitted. Only for profiles with cached items.
///
/// The ideal depths are those at which no item has to move: In is the number of scalars from the top of the
/// inputs down to the first array, Out likewise for the outputs, at most the number of registers. A micro-op
/// that runs other code, syncs the stack, has arrays or a large body exists at its ideal depths only; any
/// other from every depth, with the items below carried along. Source: Tools/cases_generator/analyzer.py,
/// get_uop_cache_depths.
std::vector<Variant> cachedVariants(const Uop &U, const LoweringProfile::StackRules &Rules);

/// True for a micro-op whose body is so long that it is not worth copies for several depths.
bool hasLargeBody(const Uop &U, const LoweringProfile::StackRules &Rules);

} // namespace stencilgen::uops

#endif
