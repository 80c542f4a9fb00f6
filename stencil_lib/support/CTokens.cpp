// Clang's raw lexer as a token list.
#include "support/CTokens.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Lex/Lexer.h"
#include <optional>
#include <string>

using namespace llvm;

namespace stencilgen {

namespace {

/// Follows #if, #elif, #else and #endif to keep the brace depth the same in all branches.
class BranchDepths {
public:
  void directive(StringRef Name, size_t &Depth) {
    if (Name.starts_with("if")) {
      Open.push_back({Depth, std::nullopt});
    } else if (Open.empty()) {
      return;
    } else if (Name.starts_with("el")) {
      if (!Open.back().AfterFirst)
        Open.back().AfterFirst = Depth;
      Depth = Open.back().Before;
    } else if (Name == "endif") {
      Depth = Open.back().AfterFirst.value_or(Depth);
      Open.pop_back();
    }
  }

private:
  struct Conditional {
    size_t Before;
    std::optional<size_t> AfterFirst;
  };
  std::vector<Conditional> Open;
};

} // namespace

std::vector<CToken> readCTokens(StringRef Text) {
  std::string Terminated = Text.str(); // the lexer wants a zero after the end
  const char *Begin = Terminated.c_str();
  clang::LangOptions Options;
  Options.C11 = Options.C99 = Options.LineComment = true;
  clang::Lexer Lexer(clang::SourceLocation(), Options, Begin, Begin, Begin + Terminated.size());

  std::vector<CToken> Tokens;
  BranchDepths Branches;
  size_t Depth = 0;
  clang::Token Token;
  auto Next = [&] { Lexer.LexFromRawLexer(Token); };
  auto Spelling = [&] {
    size_t Offset = Lexer.getBufferLocation() - Begin - Token.getLength();
    return Text.substr(Offset, Token.getLength());
  };
  for (Next(); Token.isNot(clang::tok::eof);) {
    if (Token.is(clang::tok::hash) && Token.isAtStartOfLine()) {
      Next();
      if (!Token.isAtStartOfLine() && Token.isNot(clang::tok::eof))
        Branches.directive(Spelling(), Depth);
      while (Token.isNot(clang::tok::eof) && !Token.isAtStartOfLine())
        Next();
      continue;
    }
    if (Token.is(clang::tok::r_brace) && Depth > 0)
      --Depth;
    StringRef Spelled = Spelling();
    Tokens.push_back({Spelled, static_cast<size_t>(Spelled.data() - Text.data()), Depth,
                      Token.is(clang::tok::raw_identifier)});
    if (Token.is(clang::tok::l_brace))
      ++Depth;
    Next();
  }
  return Tokens;
}

} // namespace stencilgen
