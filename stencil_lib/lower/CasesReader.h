// Reads micro-op bodies from a file of generated switch cases (CPython's Python/executor_cases.c.h).
#ifndef STENCILGEN_LOWER_CASESREADER_H
#define STENCILGEN_LOWER_CASESREADER_H

#include "lower/Cases.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// Every `case NAME: { ... }` of \p Text, in file order. The text is read as C tokens, so braces in strings,
/// comments and preprocessor lines do not count.
/// \param File  name for diagnostics and #line directives
/// Errors, each with its place: a case without a body, a body without its closing brace, the same micro-op
/// twice (with a note at the first), a file without any case.
llvm::Expected<Cases> readCases(llvm::StringRef File, llvm::StringRef Text);

} // namespace stencilgen

#endif
