// Generated switch cases, read as C tokens.
#include "lower/CasesReader.h"
#include "support/CTokens.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace stencilgen {

Expected<Cases> readCases(StringRef File, StringRef Text) {
  std::vector<CToken> Tokens = readCTokens(Text);
  Cases Result;
  StringMap<size_t> OffsetOfCase;
  std::vector<Diagnostic> Diagnostics;
  auto Report = [&](SourceMgr::DiagKind Kind, size_t Offset, const Twine &Message) {
    Diagnostics.push_back(diagnosticAt(Kind, File, Text, Offset, Message));
  };

  for (size_t I = 0; I < Tokens.size(); ++I) {
    const CToken &Keyword = Tokens[I];
    if (!Keyword.is("case") || Keyword.BraceDepth != 0)
      continue;
    if (I + 3 >= Tokens.size() || !Tokens[I + 1].IsIdentifier || !Tokens[I + 2].is(":") ||
        !Tokens[I + 3].is("{")) {
      Report(SourceMgr::DK_Error, Keyword.Offset, "expected 'case NAME: {'");
      continue;
    }
    const CToken &Name = Tokens[I + 1];
    size_t Close = I + 4;
    while (Close < Tokens.size() && !(Tokens[Close].is("}") && Tokens[Close].BraceDepth == 0))
      ++Close;
    if (Close == Tokens.size()) {
      Report(SourceMgr::DK_Error, Tokens[I + 3].Offset,
             "the body of micro-op '" + Name.Text + "' has no closing brace");
      break;
    }
    auto [Earlier, IsNew] = OffsetOfCase.try_emplace(Name.Text, Name.Offset);
    if (!IsNew) {
      Report(SourceMgr::DK_Error, Name.Offset, "micro-op '" + Name.Text + "' is defined twice");
      Report(SourceMgr::DK_Note, Earlier->second, "the earlier definition is here");
    }
    size_t End = Tokens[Close].Offset + 1;
    Result.List.push_back({Name.Text.str(), Text.slice(Keyword.Offset, End).str(), File.str(),
                           static_cast<unsigned>(Text.take_front(Keyword.Offset).count('\n') + 1)});
    I = Close;
  }
  if (!Diagnostics.empty())
    return make_error<DiagnosticError>(std::move(Diagnostics));
  if (Result.List.empty())
    return makeFileError(File, "expected micro-ops as 'case NAME: { ... }', found none");
  return Result;
}

} // namespace stencilgen
