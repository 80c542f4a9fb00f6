// Token comparison of cases.
#include "lower/CompareCases.h"
#include "dsl/DiagnosticSink.h"
#include "dsl/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen {

namespace {

/// The tokens that count. A directive is compared by its words.
std::vector<Token> tokensOf(const Case &C) {
  SourceText Source{C.Name, C.Text};
  DiagnosticSink Ignored(
      Source); // whatever is wrong with the text is wrong on the other side too, or differs
  std::vector<Token> Tokens = lex(Source, 0, Ignored);
  if (Error E = Ignored.take())
    consumeError(std::move(E));
  erase_if(Tokens, [](const Token &T) {
    return T.is(TokenKind::Comment) || (T.is(TokenKind::DirectiveOther) && T.Text.starts_with("#line"));
  });
  return Tokens;
}

bool same(const Token &A, const Token &B) {
  if (!A.isDirective() || !B.isDirective())
    return A.Text == B.Text;
  SmallVector<StringRef, 8> WordsA, WordsB;
  A.Text.split(WordsA, ' ', -1, /*KeepEmpty=*/false);
  B.Text.split(WordsB, ' ', -1, /*KeepEmpty=*/false);
  return WordsA == WordsB;
}

/// The lines of \p Text from two before \p Line (from 1) to three after.
SmallVector<StringRef, 6> linesAround(StringRef Text, unsigned Line) {
  SmallVector<StringRef, 64> Lines;
  Text.split(Lines, '\n');
  size_t Begin = Line > 3 ? Line - 3 : 0;
  size_t End = std::min<size_t>(Lines.size(), Line + 3);
  return SmallVector<StringRef, 6>(ArrayRef(Lines).slice(std::min(Begin, End), End - std::min(Begin, End)));
}

std::string sideBySide(const Case &A, unsigned LineA, const Case &B, unsigned LineB, StringRef NameA,
                       StringRef NameB) {
  constexpr size_t Width = 64;
  SmallVector<StringRef, 6> Left = linesAround(A.Text, LineA), Right = linesAround(B.Text, LineB);
  Left.insert(Left.begin(), NameA);
  Right.insert(Right.begin(), NameB);
  std::string Result;
  for (size_t I = 0; I != std::max(Left.size(), Right.size()); ++I) {
    std::string Column = I < Left.size() ? Left[I].take_front(Width).str() : "";
    Column.resize(Width, ' ');
    StringRef Other = I < Right.size() ? Right[I].take_front(Width) : "";
    Result += (Column + " | " + Other).str() + "\n";
  }
  return Result;
}

} // namespace

std::optional<CaseDifference> compareCases(const Cases &A, const Cases &B, StringRef NameA, StringRef NameB) {
  for (size_t I = 0; I != std::max(A.List.size(), B.List.size()); ++I) {
    if (I >= A.List.size() || I >= B.List.size()) {
      bool InA = I < A.List.size();
      const Case &Only = InA ? A.List[I] : B.List[I];
      return CaseDifference{Only.Name, ("'" + Only.Name + "' is in " + (InA ? NameA : NameB) + " only").str(),
                            ""};
    }
    const Case &CaseA = A.List[I], &CaseB = B.List[I];
    if (CaseA.Name != CaseB.Name)
      return CaseDifference{
          CaseA.Name,
          ("'" + CaseA.Name + "' of " + NameA + " stands where " + NameB + " has '" + CaseB.Name + "'").str(),
          ""};
    std::vector<Token> TokensA = tokensOf(CaseA), TokensB = tokensOf(CaseB);
    size_t First = 0; // both end with a token that no other is the same as
    while (First < TokensA.size() && First < TokensB.size() && same(TokensA[First], TokensB[First]) &&
           !TokensA[First].is(TokenKind::End))
      ++First;
    if (TokensA[First].is(TokenKind::End) && TokensB[First].is(TokenKind::End))
      continue;
    return CaseDifference{CaseA.Name, "'" + CaseA.Name + "' differs",
                          sideBySide(CaseA, TokensA[First].Line, CaseB, TokensB[First].Line, NameA, NameB)};
  }
  return std::nullopt;
}

} // namespace stencilgen
