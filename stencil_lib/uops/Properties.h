// The properties of a body.
#ifndef STENCILGEN_UOPS_PROPERTIES_H
#define STENCILGEN_UOPS_PROPERTIES_H

#include "dsl/DiagnosticSink.h"
#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"

namespace stencilgen::uops {

/// The properties of an instruction's or a micro-op's definition.
/// Errors go to \p Diagnostics: more than one of the ways to leave a trace in one body.
Properties computeProperties(const dsl::CodeDef &Definition, const BodyFacts &Facts,
                             const LoweringProfile &Profile, dsl::DiagnosticSink &Diagnostics);

/// The properties of an instruction of several parts.
Properties mergeProperties(llvm::ArrayRef<const Properties *> Parts);

/// Why tier 2 has no case for \p U ("is replaced"); empty when it has one.
std::string whyNotViable(const Uop &U, const LoweringProfile &Profile);

} // namespace stencilgen::uops

#endif
