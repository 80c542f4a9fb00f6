// Tokens to a syntax tree. The grammar is in docs/dsl.md.
#ifndef STENCILGEN_DSL_PARSER_H
#define STENCILGEN_DSL_PARSER_H

#include "dsl/Ast.h"
#include "dsl/DiagnosticSink.h"

namespace stencilgen::dsl {

/// Where interpreters' dialects of the language differ; part of the profile.
struct LanguageOptions {
  /// Bodies are statement trees, so every `if`, `for` and `while` needs a block, and there is no `switch` or
  /// `do`. False: a body is any sequence of tokens with balanced brackets.
  bool StatementBodies = true;
  /// Stack items may be conditional: `name if (oparg & 1)`.
  bool ConditionalItems = false;
  /// Stack items may have a type: `name: type`.
  bool TypedItems = true;
  /// A macro may be defined again; the last definition counts.
  bool RepeatedMacros = false;
};

/// Lexes and parses \p Sources, which must outlive the tree. Errors go to \p Diagnostics; after one, parsing
/// goes on at the next definition, so that the tree holds every definition without an error.
/// Texts with characters or tokens that are wrong are not parsed.
SyntaxTree parse(llvm::ArrayRef<SourceText> Sources, const LanguageOptions &Options,
                 DiagnosticSink &Diagnostics);

} // namespace stencilgen::dsl

#endif
