// A place in a token list, and the steps a recursive-descent parser takes from it.
#ifndef STENCILGEN_DSL_TOKENCURSOR_H
#define STENCILGEN_DSL_TOKENCURSOR_H

#include "dsl/DiagnosticSink.h"
#include "dsl/Token.h"

namespace stencilgen::dsl {

/// Comments are passed over unless asked for. The list ends with an End token, and the cursor never moves
/// past it.
class TokenCursor {
public:
  TokenCursor(TokenRange Tokens, DiagnosticSink &Diagnostics) : Tokens(Tokens), Diagnostics(Diagnostics) {}

  /// The token at the cursor, after moving past comments.
  const Token &peek() {
    while (Tokens[Index].is(TokenKind::Comment))
      ++Index;
    return Tokens[Index];
  }
  /// The token after the one at the cursor, comments not counted.
  const Token &peekSecond() {
    size_t Second = position();
    if (!Tokens[Second].is(TokenKind::End))
      ++Second;
    while (Tokens[Second].is(TokenKind::Comment))
      ++Second;
    return Tokens[Second];
  }
  /// Returns the token at the cursor and moves past it.
  const Token &next() {
    const Token &T = peek();
    if (!T.is(TokenKind::End))
      ++Index;
    return T;
  }
  /// As next(), but a comment is a token too.
  const Token &nextRaw() {
    const Token &T = Tokens[Index];
    if (!T.is(TokenKind::End))
      ++Index;
    return T;
  }
  bool atEnd() { return peek().is(TokenKind::End); }
  bool at(TokenKind Kind) { return peek().is(Kind); }

  /// Moves past a token of this kind, if one is next; null if not.
  const Token *accept(TokenKind Kind) { return at(Kind) ? &next() : nullptr; }

  /// As accept(), but reports an error when another token is next: "expected ')' after the stack effect,
  /// found ','".
  const Token *expect(TokenKind Kind, const llvm::Twine &Where) {
    if (const Token *T = accept(Kind))
      return T;
    unexpected(describe(Kind) + " " + Where);
    return nullptr;
  }

  /// Reports that \p Expected was expected at the cursor.
  void unexpected(const llvm::Twine &Expected) {
    const Token &T = peek();
    Diagnostics.error(T.location(), "expected " + Expected + ", found " + spelling(T));
  }

  /// What a message says was found: the token's text in quotes, or "end of file".
  static std::string spelling(const Token &T) {
    if (T.is(TokenKind::End))
      return "end of file";
    return "'" + T.Text.take_until([](char C) { return C == '\n'; }).take_front(40).str() + "'";
  }

  size_t position() {
    peek();
    return Index;
  }
  TokenRange since(size_t Begin) const { return Tokens.slice(Begin, Index - Begin); }

private:
  TokenRange Tokens;
  DiagnosticSink &Diagnostics;
  size_t Index = 0;
};

} // namespace stencilgen::dsl

#endif
