// The header that an interpreter with stencilgen's own runtime includes: tables instead of functions.
#ifndef STENCILGEN_EMIT_TABLEHEADER_H
#define STENCILGEN_EMIT_TABLEHEADER_H

#include "arch/Disassembler.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// jit_stencils-<triple>.h in the form of runtime/sg_tables.h: one blob of bytes, tables of stencils and
/// holes without relocations, the enumerations of stencils and micro-ops, the list of symbols. The first line
/// holds the set's digest.
/// \p Set must have passed verifyStencils.
/// Errors: a value's expression is none that sg_source_parse reads; a stencil, or a table, too
/// large for the form.
llvm::Expected<std::string> tableHeader(const StencilSet &Set, const Disassembler &Listing);

/// The header in the dialect of the set's profile. Errors: those of tableHeader.
llvm::Expected<std::string> stencilHeader(const StencilSet &Set, const Disassembler &Listing);

} // namespace stencilgen

#endif
