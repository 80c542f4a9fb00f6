// Parses the C body of an instruction or a label.
#ifndef STENCILGEN_DSL_BODYPARSER_H
#define STENCILGEN_DSL_BODYPARSER_H

#include "dsl/Ast.h"
#include "dsl/TokenCursor.h"

namespace stencilgen::dsl {

/// Statements nest at most this deep; the limit keeps hostile text from exhausting the stack.
constexpr unsigned MaxNesting = 200;

/// The body at the cursor, which must be at its `{`.
/// \param AsStatements  make a statement tree; otherwise only find the closing brace
/// Returns false after reporting an error: a brace or parenthesis without its partner, a statement that has
/// no end, a part of `if` or a loop missing, a preprocessor conditional out of place, a statement the
/// language does not have, nesting deeper than MaxNesting.
bool parseBody(TokenCursor &Cursor, bool AsStatements, DiagnosticSink &Diagnostics, CodeBody &Result);

} // namespace stencilgen::dsl

#endif
