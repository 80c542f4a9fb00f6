// Statement trees of C bodies.
//
// The analysis has to know which statements run one after another and which are alternatives; it does not
// look into expressions. So blocks, `if`, loops and preprocessor conditionals become nodes, and everything
// else stays a run of tokens that ends in a semicolon. What would need more (a switch's falling through, a
// jump out of a loop) is refused.
#include "dsl/BodyParser.h"

using namespace llvm;

namespace stencilgen::dsl {

namespace {

class BodyParser {
public:
  BodyParser(TokenCursor &Cursor, DiagnosticSink &Diagnostics) : Cursor(Cursor), Diagnostics(Diagnostics) {}

  std::unique_ptr<BlockStmt> block(const Twine &Where);
  bool tokens();

private:
  TokenCursor &Cursor;
  DiagnosticSink &Diagnostics;
  unsigned Depth = 0;

  StmtPtr statement();
  StmtPtr simple();
  StmtPtr ifStatement();
  StmtPtr loop();
  StmtPtr preprocessor();
  bool parenthesised(const Token &Owner, TokenRange &Result);
  bool enter(const Token &At);
  void mismatch(const Token &T, TokenKind Partner, const Token *Open);
};

/// Counts one more level of nesting; false after reporting that there are too many.
bool BodyParser::enter(const Token &At) {
  if (++Depth <= MaxNesting)
    return true;
  Diagnostics.error(At.location(), "statements nest more than " + Twine(MaxNesting) + " deep");
  return false;
}

std::unique_ptr<BlockStmt> BodyParser::block(const Twine &Where) {
  const Token *Open = Cursor.expect(TokenKind::LeftBrace, Where);
  if (!Open || !enter(*Open))
    return nullptr;
  auto Block = std::make_unique<BlockStmt>();
  Block->Open = *Open;
  while (!Cursor.at(TokenKind::RightBrace)) {
    if (Cursor.atEnd()) {
      Cursor.unexpected("'}' to close a block");
      Diagnostics.note(Open->location(), "the block begins here");
      return nullptr;
    }
    StmtPtr S = statement();
    if (!S)
      return nullptr;
    Block->Body.push_back(std::move(S));
  }
  Block->Close = Cursor.next();
  --Depth;
  return Block;
}

StmtPtr BodyParser::statement() {
  const Token &First = Cursor.peek();
  switch (First.Kind) {
  case TokenKind::LeftBrace:
    return block("");
  case TokenKind::DirectiveIf:
    return preprocessor();
  case TokenKind::DirectiveElif:
  case TokenKind::DirectiveElse:
  case TokenKind::DirectiveEndif:
    Diagnostics.error(First.location(), describe(First.Kind) + " without an #if in the same block");
    return nullptr;
  case TokenKind::DirectiveOther: {
    size_t Begin = Cursor.position();
    Cursor.next();
    return std::make_unique<SimpleStmt>(Cursor.since(Begin));
  }
  case TokenKind::Keyword:
    break;
  default:
    return simple();
  }
  if (First.Text == "if")
    return ifStatement();
  if (First.Text == "for" || First.Text == "while")
    return loop();
  if (First.Text == "else") {
    Diagnostics.error(First.location(), "'else' without an 'if' before it");
    return nullptr;
  }
  if (First.Text == "switch" || First.Text == "do" || First.Text == "case" || First.Text == "default") {
    Diagnostics.error(First.location(),
                      "'" + First.Text +
                          "' is not part of the language: the analysis follows if, for and while only");
    return nullptr;
  }
  return simple();
}

/// Reports a closing bracket \p T whose partner is not the one that is open.
/// \param Open  the bracket that is open; null for none
void BodyParser::mismatch(const Token &T, TokenKind Partner, const Token *Open) {
  if (!Open) {
    Diagnostics.error(T.location(), describe(T.Kind) + " without " + describe(Partner) + " before it");
    return;
  }
  // Each right kind follows its left kind in the enumeration.
  auto Wanted = static_cast<TokenKind>(static_cast<uint8_t>(Open->Kind) + 1);
  Diagnostics.error(T.location(), "expected " + describe(Wanted) + ", found " + describe(T.Kind));
  Diagnostics.note(Open->location(), "to match this " + describe(Open->Kind));
}

/// Tokens up to a semicolon outside parentheses.
StmtPtr BodyParser::simple() {
  size_t Begin = Cursor.position();
  const Token *Previous = nullptr;
  SmallVector<const Token *, 8> Open; // parentheses and braces of initializers
  while (true) {
    const Token &T = Cursor.peek();
    bool Nested = !Open.empty();
    switch (T.Kind) {
    case TokenKind::End:
      Cursor.unexpected("';' to end a statement");
      return nullptr;
    case TokenKind::LeftParen:
      Open.push_back(&T);
      break;
    case TokenKind::LeftBrace:
      if (!Nested && !(Previous && Previous->is(TokenKind::Equal))) {
        Diagnostics.error(T.location(), "expected ';' before '{': only if, for and while take a block");
        return nullptr;
      }
      Open.push_back(&T);
      break;
    case TokenKind::RightParen:
    case TokenKind::RightBrace: {
      TokenKind Partner = T.is(TokenKind::RightParen) ? TokenKind::LeftParen : TokenKind::LeftBrace;
      if (!Nested && T.is(TokenKind::RightBrace)) {
        Cursor.unexpected("';' to end a statement");
        return nullptr;
      }
      if (!Nested || !Open.back()->is(Partner)) {
        mismatch(T, Partner, Nested ? Open.back() : nullptr);
        return nullptr;
      }
      Open.pop_back();
      break;
    }
    case TokenKind::Semicolon:
      if (!Nested) {
        Cursor.next();
        return std::make_unique<SimpleStmt>(Cursor.since(Begin));
      }
      break;
    default:
      break;
    }
    Previous = &T;
    Cursor.next();
  }
}

/// The parenthesised part of an `if` or a loop.
bool BodyParser::parenthesised(const Token &Owner, TokenRange &Result) {
  size_t Begin = Cursor.position();
  const Token *Open = Cursor.expect(TokenKind::LeftParen, "after '" + Owner.Text + "'");
  if (!Open)
    return false;
  for (unsigned Level = 1; Level != 0;) {
    if (Cursor.atEnd() || Cursor.at(TokenKind::LeftBrace) || Cursor.at(TokenKind::RightBrace)) {
      Cursor.unexpected("')' to close the condition of '" + Owner.Text + "'");
      Diagnostics.note(Open->location(), "to match this '('");
      return false;
    }
    const Token &T = Cursor.next();
    Level += T.is(TokenKind::LeftParen);
    Level -= T.is(TokenKind::RightParen);
  }
  Result = Cursor.since(Begin);
  return true;
}

StmtPtr BodyParser::ifStatement() {
  auto Result = std::make_unique<IfStmt>();
  Result->If = Cursor.next();
  if (!parenthesised(Result->If, Result->Condition))
    return nullptr;
  Result->Then = block("after the condition of 'if': a branch must be a block");
  if (!Result->Then)
    return nullptr;
  if (!Cursor.peek().isKeyword("else"))
    return Result;
  Result->Else = Cursor.next();
  if (!Cursor.peek().isKeyword("if")) {
    Result->ElseBody = block("after 'else': a branch must be a block");
  } else if (enter(Cursor.peek())) { // a chain of else-ifs is a nested tree
    Result->ElseBody = ifStatement();
    --Depth;
  }
  if (!Result->ElseBody)
    return nullptr;
  return Result;
}

StmtPtr BodyParser::loop() {
  auto Result = std::make_unique<LoopStmt>();
  Result->Keyword = Cursor.next();
  if (!parenthesised(Result->Keyword, Result->Header))
    return nullptr;
  Result->Body = block("after '" + Result->Keyword.Text + " (...)': a loop's body must be a block");
  if (!Result->Body)
    return nullptr;
  return Result;
}

StmtPtr BodyParser::preprocessor() {
  auto Result = std::make_unique<PreprocessorStmt>();
  if (!enter(Cursor.peek()))
    return nullptr;
  Result->Branches.push_back({Cursor.next(), {}});
  while (true) {
    const Token &T = Cursor.peek();
    switch (T.Kind) {
    case TokenKind::DirectiveEndif:
      Result->Endif = Cursor.next();
      --Depth;
      return Result;
    case TokenKind::DirectiveElif:
    case TokenKind::DirectiveElse:
      if (Result->hasElse()) {
        Diagnostics.error(T.location(), describe(T.Kind) + " after #else");
        Diagnostics.note(Result->Branches.back().Directive.location(), "the #else is here");
        return nullptr;
      }
      Result->Branches.push_back({Cursor.next(), {}});
      break;
    case TokenKind::RightBrace:
    case TokenKind::End:
      Cursor.unexpected("#endif before the end of the block");
      Diagnostics.note(Result->Branches.front().Directive.location(), "the conditional begins here");
      return nullptr;
    default: {
      StmtPtr S = statement();
      if (!S)
        return nullptr;
      Result->Branches.back().Body.push_back(std::move(S));
    }
    }
  }
}

/// Moves past a body without looking into it.
bool BodyParser::tokens() {
  const Token &Open = Cursor.next();
  SmallVector<const Token *, 16> Unclosed = {&Open};
  while (!Unclosed.empty()) {
    const Token &T = Cursor.nextRaw();
    switch (T.Kind) {
    case TokenKind::LeftParen:
    case TokenKind::LeftBracket:
    case TokenKind::LeftBrace:
      Unclosed.push_back(&T);
      break;
    case TokenKind::RightParen:
    case TokenKind::RightBracket:
    case TokenKind::RightBrace: {
      // Each right kind follows its left kind in the enumeration.
      auto Partner = static_cast<TokenKind>(static_cast<uint8_t>(T.Kind) - 1);
      if (!Unclosed.back()->is(Partner)) {
        mismatch(T, Partner, Unclosed.back());
        return false;
      }
      Unclosed.pop_back();
      break;
    }
    case TokenKind::End:
      Diagnostics.error(T.location(), "expected '}' to close a body, found end of file");
      Diagnostics.note(Open.location(), "the body begins here");
      return false;
    default:
      break;
    }
  }
  return true;
}

} // namespace

bool parseBody(TokenCursor &Cursor, bool AsStatements, DiagnosticSink &Diagnostics, CodeBody &Result) {
  size_t Begin = Cursor.position();
  BodyParser Parser(Cursor, Diagnostics);
  if (AsStatements) {
    Result.Tree = Parser.block("to begin the body");
    if (!Result.Tree)
      return false;
  } else if (!Cursor.at(TokenKind::LeftBrace)) {
    Cursor.unexpected("'{' to begin the body");
    return false;
  } else if (!Parser.tokens()) {
    return false;
  }
  Result.Tokens = Cursor.since(Begin);
  return true;
}

} // namespace stencilgen::dsl
