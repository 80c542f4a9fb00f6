// Stack effects and cache entries of definitions.
#ifndef STENCILGEN_UOPS_EFFECTS_H
#define STENCILGEN_UOPS_EFFECTS_H

#include "dsl/DiagnosticSink.h"
#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"
#include <deque>

namespace stencilgen::uops {

/// The stack effect of \p Effect: which inputs stay in place (peeks), which items the body uses.
/// \param Facts  null for a pseudo instruction, which has no body
/// Errors go to \p Diagnostics: a name twice on one side, an input that comes back as an output at another
/// depth, a used input below an unused one (it could not be popped).
StackEffect analyzeStackEffect(const dsl::EffectDecl &Effect, const BodyFacts *Facts,
                               const LoweringProfile &Profile, dsl::DiagnosticSink &Diagnostics);

/// The cache entries of an effect, the unused ones that \p SkipUnused asks to leave out aside.
/// Errors go to \p Diagnostics: a first or last entry that is unused (it belongs into the macro), a name
/// twice.
std::vector<CacheEntry> analyzeCaches(const dsl::EffectDecl &Effect, bool SkipUnused,
                                      dsl::DiagnosticSink &Diagnostics);

/// Replaces the array whose size depends on `oparg` by scalars, for the value \p Oparg; leaves \p Items alone
/// if there is no such array, more than one, or a size that is not a sum or product.
/// \param Names  owns the names of the scalars
void scalarize(std::vector<StackItem> &Items, unsigned Oparg, std::deque<std::string> &Names);

} // namespace stencilgen::uops

#endif
