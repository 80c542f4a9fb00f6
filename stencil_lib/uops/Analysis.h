// Definitions to micro-ops.
#ifndef STENCILGEN_UOPS_ANALYSIS_H
#define STENCILGEN_UOPS_ANALYSIS_H

#include "dsl/DiagnosticSink.h"
#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"

namespace stencilgen::uops {

/// Analyses \p Syntax: makes the micro-ops (with replicas, and those an `inst` implies), the instructions,
/// families, pseudo instructions and labels, and numbers them. Errors go to \p Diagnostics, each with its
/// place and a note at an earlier definition where there is one; see docs/dsl.md for the list. The table is
/// complete as far as the definitions are right.
UopTable analyze(dsl::SyntaxTree Syntax, const LoweringProfile &Profile, dsl::DiagnosticSink &Diagnostics);

} // namespace stencilgen::uops

#endif
