// Numbers for instructions and micro-ops.
#ifndef STENCILGEN_UOPS_OPCODES_H
#define STENCILGEN_UOPS_OPCODES_H

#include "dsl/DiagnosticSink.h"
#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"

namespace stencilgen::uops {

/// Numbers the instructions: those without an argument by name, those with one by name, members of families
/// by name from the first specialised number on, instrumented ones in the order defined at the end; pseudo
/// instructions by name above all. Then the micro-ops of tier 2 by name. Fixed numbers are the profile's.
/// Source: Tools/cases_generator/analyzer.py (assign_opcodes) and uop_id_generator.py.
/// Errors go to \p Diagnostics: a number above 255 or one that two instructions would share.
void assignOpcodes(UopTable &Table, const LoweringProfile &Profile, dsl::DiagnosticSink &Diagnostics);

} // namespace stencilgen::uops

#endif
