// The header that an interpreter with stencilgen's own runtime includes: tables instead of functions.
#ifndef STENCILGEN_EMIT_TABLEHEADER_H
#define STENCILGEN_EMIT_TABLEHEADER_H

#include "arch/Disassembler.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// Where a hole value comes from, as the expressions of the "tables" dialect say: `operand[0]`, `target[1]`,
/// `trace[0]`, each optionally followed by `>> BITS` and by `& MASK` with a mask of 2^n - 1.
struct ValueSource {
  enum class Kind { Operand, Target, Trace } From;
  unsigned Index; ///< at most 2 for operands, 1 for targets, 3 for values of the trace
  unsigned Shift; ///< bits
  unsigned Width; ///< bits that are kept, 64: all
};

/// Reads such an expression. Errors: it is none; the message says what was expected.
llvm::Expected<ValueSource> parseValueSource(llvm::StringRef Expression);

/// jit_stencils-<triple>.h in the form of runtime/sg_tables.h: one blob of bytes, tables of stencils and
/// holes without relocations, the enumerations of stencils and micro-ops, the list of symbols. The first line
/// holds the set's digest.
/// \p Set must have passed verifyStencils.
/// Errors: a value's expression is no ValueSource; a stencil, or a table, too large for the form.
llvm::Expected<std::string> tableHeader(const StencilSet &Set, const Disassembler &Listing);

/// The header in the dialect of the set's profile. Errors: those of tableHeader.
llvm::Expected<std::string> stencilHeader(const StencilSet &Set, const Disassembler &Listing);

} // namespace stencilgen

#endif
