// Characters to tokens.
#ifndef STENCILGEN_DSL_LEXER_H
#define STENCILGEN_DSL_LEXER_H

#include "dsl/DiagnosticSink.h"
#include "dsl/Token.h"
#include <vector>

namespace stencilgen::dsl {

/// The tokens of \p Source, closed by an End token.
///
/// Where the text has a line `// BEGIN BYTECODES //`, only what stands between it and `// END BYTECODES //`
/// is read (CPython keeps C declarations for editors around it); else the whole text is.
///
/// \param File  the text's index in the run, for places
/// Errors go to \p Diagnostics, and the characters they speak of are skipped: a byte C does not know, a
/// string, a character or a comment without end, a begin marker without its end marker or the reverse.
std::vector<Token> lex(const SourceText &Source, uint32_t File, DiagnosticSink &Diagnostics);

/// True for a word C reserves, and for `offsetof`, whose argument is no expression.
bool isCKeyword(llvm::StringRef Word);

} // namespace stencilgen::dsl

#endif
