// What a C body says by its tokens: the names it uses, the calls that escape, where stack items get their
// values.
#ifndef STENCILGEN_UOPS_BODIES_H
#define STENCILGEN_UOPS_BODIES_H

#include "dsl/DiagnosticSink.h"
#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"

namespace stencilgen::uops {

/// The facts of a body.
/// \param Effect  null for a label
/// Errors go to \p Diagnostics: an escaping call in a condition (nothing can be written to memory there), a
/// closing call of something that is no name, an output given its value in a condition.
BodyFacts collectBodyFacts(const dsl::CodeBody &Body, const dsl::EffectDecl *Effect,
                           const LoweringProfile::EscapeRules &Rules, dsl::DiagnosticSink &Diagnostics);

/// The last call in \p Tokens that may run arbitrary code, if there is one.
std::optional<dsl::Token> findEscapingCall(dsl::TokenRange Tokens, const LoweringProfile::EscapeRules &Rules);

/// Calls \p Visit with every statement of the tree, outer ones first.
void forEachStatement(const dsl::Stmt &S, llvm::function_ref<void(const dsl::Stmt &)> Visit);

} // namespace stencilgen::uops

#endif
