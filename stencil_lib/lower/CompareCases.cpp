// See CompareCases.h.
#include "lower/CompareCases.h"
#include "support/CTokens.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// The lines of a case but its #line directives and empty lines.
std::vector<StringRef> linesOf(StringRef Text) {
  SmallVector<StringRef, 64> Lines;
  Text.split(Lines, '\n');
  std::vector<StringRef> Kept;
  for (StringRef Line : Lines)
    if (!Line.trim().empty() && !Line.trim().starts_with("#line"))
      Kept.push_back(Line.rtrim());
  return Kept;
}

/// The tokens of a text, preprocessor lines as one token each. Numbers are without the suffix of unsigned
/// ones: patch releases of one version give INSTRUCTION_SIZE with it and without, and its value is the same.
std::vector<std::string> tokensOf(ArrayRef<StringRef> Lines) {
  std::string Text = join(Lines, "\n");
  std::vector<std::string> Tokens;
  for (const CToken &Token : readCTokens(Text))
    Tokens.push_back((isDigit(Token.Text.front()) ? Token.Text.rtrim("uU") : Token.Text).str());
  for (StringRef Line : Lines)
    if (Line.trim().starts_with("#"))
      Tokens.push_back(Line.trim().str());
  return Tokens;
}

/// Both sides around the first line that differs.
std::string sideBySide(ArrayRef<StringRef> Old, ArrayRef<StringRef> New) {
  constexpr size_t Width = 58, Before = 3, After = 6; // columns; lines of context
  size_t First = 0;
  while (First < Old.size() && First < New.size() && Old[First].trim() == New[First].trim())
    ++First;
  std::string Text;
  raw_string_ostream OS(Text);
  auto Column = [&](ArrayRef<StringRef> Side, size_t Line) {
    return Line < Side.size() ? Side[Line].take_front(Width) : StringRef();
  };
  for (size_t Line = First < Before ? 0 : First - Before;
       Line < std::max(Old.size(), New.size()) && Line < First + After; ++Line) {
    bool Same = Column(Old, Line).trim() == Column(New, Line).trim();
    OS << "  " << left_justify(Column(Old, Line), Width) << (Same ? "   " : " | ") << Column(New, Line)
       << '\n';
  }
  return Text;
}

} // namespace

std::optional<CasesDifference> compareCases(const Cases &Old, const Cases &New) {
  StringMap<const Case *> OldByName, NewByName;
  for (const Case &C : Old.List)
    OldByName[C.Name] = &C;
  for (const Case &C : New.List)
    NewByName[C.Name] = &C;
  CasesDifference Result;
  auto Add = [&](StringRef Name, function_ref<std::string()> Message) {
    if (Result.Count++ > 0)
      return;
    Result.First = Name.str();
    Result.Message = Message();
  };
  for (const Case &C : New.List) {
    auto Found = OldByName.find(C.Name);
    if (Found == OldByName.end()) {
      Add(C.Name, [&] { return "note: micro-op '" + C.Name + "' is only in the definitions\n"; });
      continue;
    }
    std::vector<StringRef> OldLines = linesOf(Found->second->Text), NewLines = linesOf(C.Text);
    if (tokensOf(OldLines) != tokensOf(NewLines))
      Add(C.Name, [&] {
        return "note: the first that differs is micro-op '" + C.Name +
               "', generated cases left, definitions right\n" + sideBySide(OldLines, NewLines);
      });
  }
  for (const Case &C : Old.List)
    if (!NewByName.contains(C.Name))
      Add(C.Name, [&] { return "note: micro-op '" + C.Name + "' is only in the generated cases\n"; });
  if (Result.Count == 0)
    return std::nullopt;
  return Result;
}

} // namespace stencilgen
