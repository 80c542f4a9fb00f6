// The tokens of the instruction-definition language: C's, with preprocessor lines and comments as single
// tokens.
#ifndef STENCILGEN_DSL_TOKEN_H
#define STENCILGEN_DSL_TOKEN_H

#include "dsl/SourceText.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace stencilgen::dsl {

enum class TokenKind : uint8_t {
  Identifier, ///< a name; the language's own words (inst, op, pure, ...) are names that the parser knows by
              ///< place
  Keyword,    ///< a word C reserves: never a name, and never a call when a parenthesis follows
  Number,
  String,
  Character,
  Comment,
  DirectiveIf,    ///< #if, #ifdef, #ifndef with its whole line
  DirectiveElif,  ///< #elif, #elifdef, #elifndef
  DirectiveElse,  ///< #else
  DirectiveEndif, ///< #endif
  DirectiveOther, ///< any other line that begins with #
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  Comma,
  Semicolon,
  Colon,
  Plus,
  Minus,
  MinusMinus,
  Star,
  Slash,
  Ampersand,
  Equal,
  Operator, ///< any other of C's operators
  End,      ///< after the last token of a file; its text is empty
};

/// What a message calls a token of this kind: "identifier", "'{'".
llvm::StringRef describe(TokenKind Kind);

struct Token {
  TokenKind Kind = TokenKind::End;
  uint32_t File = 0;   ///< index into the run's texts
  uint32_t Offset = 0; ///< in bytes
  uint32_t Line = 0;   ///< of the first byte, from 1
  uint32_t Column = 0; ///< of the first byte, from 1
  llvm::StringRef Text;

  SourceLocation location() const { return {File, Offset}; }
  bool is(TokenKind Which) const { return Kind == Which; }
  /// True for a name spelt \p Name.
  bool is(llvm::StringRef Name) const { return Kind == TokenKind::Identifier && Text == Name; }
  /// True for the reserved word \p Word.
  bool isKeyword(llvm::StringRef Word) const { return Kind == TokenKind::Keyword && Text == Word; }
  bool isDirective() const { return Kind >= TokenKind::DirectiveIf && Kind <= TokenKind::DirectiveOther; }

  /// The line the last byte is on: differs from Line for comments and continued lines.
  uint32_t endLine() const { return Line + static_cast<uint32_t>(Text.count('\n')); }
  /// The column after the last byte.
  uint32_t endColumn() const;
};

using TokenRange = llvm::ArrayRef<Token>;

} // namespace stencilgen::dsl

#endif
