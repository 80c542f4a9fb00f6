// Cuts the template around its function and repeats the function for each case.
#include "compile/TranslationUnit.h"
#include "support/CTokens.h"
#include "support/Diagnostic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// Where the parts of a template are, as byte offsets.
struct TemplateParts {
  size_t FunctionBegin;
  size_t MarkerBegin;
  size_t MarkerEnd;
  size_t FunctionEnd;
};

/// A `#line` directive, on a line of its own, for the text that follows.
std::string lineDirective(StringRef File, unsigned Line) {
  std::string Directive = "\n#line " + std::to_string(Line) + " \"";
  for (char C : File) {
    auto Byte = static_cast<unsigned char>(C);
    if (Byte < 0x20 || Byte == 0x7f) { // a newline would end the directive
      for (char Digit : {'\\', char('0' + Byte / 64), char('0' + Byte / 8 % 8), char('0' + Byte % 8)})
        Directive += Digit;
      continue;
    }
    if (C == '"' || C == '\\')
      Directive += '\\';
    Directive += C;
  }
  return Directive + "\"\n";
}

/// The line of a byte, from 1.
unsigned lineAt(StringRef Text, size_t Offset) { return Text.take_front(Offset).count('\n') + 1; }

/// The offsets of all places between \p Begin and \p End where the marker stands as a token or, if it is a
/// directive, as a line.
std::vector<size_t> findMarkers(StringRef Text, ArrayRef<CToken> Body, size_t Begin, size_t End,
                                StringRef Marker) {
  std::vector<size_t> Found;
  if (!Marker.starts_with("#")) {
    for (const CToken &Token : Body)
      if (Token.is(Marker))
        Found.push_back(Token.Offset);
    return Found;
  }
  for (size_t Line = Begin; Line < End;) {
    size_t Newline = Text.find('\n', Line);
    size_t Next = Newline == StringRef::npos ? End : std::min(End, Newline + 1);
    if (Text.slice(Line, Next).trim() == Marker)
      Found.push_back(Text.find('#', Line));
    Line = Next;
  }
  return Found;
}

Expected<TemplateParts> splitTemplate(StringRef File, StringRef Text, const TemplateNames &Names) {
  std::vector<CToken> Tokens = readCTokens(Text);
  TemplateParts Parts{};
  bool FoundEntry = false;
  size_t Markers = 0;
  // A declaration at file scope begins after the end of the one before it; the function is the one that names
  // the entry and has a body.
  size_t Begin = 0; // index of the first token of the declaration
  for (size_t I = 0; I < Tokens.size(); ++I) {
    const CToken &Token = Tokens[I];
    if (Token.BraceDepth != 0)
      continue;
    if (Token.is(";")) {
      Begin = I + 1;
    } else if (Token.is("}")) {
      size_t Open = I;
      while (!(Tokens[Open].is("{") && Tokens[Open].BraceDepth == 0) && Open > Begin)
        --Open;
      bool NamesEntry = false;
      for (size_t J = Begin; J < Open; ++J)
        NamesEntry |= Tokens[J].is(Names.Entry);
      // "struct entry { ... } name;" goes on after its brace; a function does not.
      bool IsFunction = I + 1 == Tokens.size() || !Tokens[I + 1].is(";");
      if (NamesEntry && IsFunction) {
        FoundEntry = true;
        Parts.FunctionBegin = Tokens[Begin].Offset;
        Parts.FunctionEnd = Token.Offset + 1;
        for (size_t Offset : findMarkers(Text, ArrayRef(Tokens).slice(Open, I - Open), Tokens[Open].Offset,
                                         Token.Offset, Names.CaseMarker)) {
          if (++Markers > 1)
            return makeErrorAt(File, Text, Offset,
                               "expected one '" + Names.CaseMarker + "' in the template, found another");
          Parts.MarkerBegin = Offset;
          Parts.MarkerEnd = Offset + Names.CaseMarker.size();
        }
      }
      Begin = I + 1;
    }
  }
  if (!FoundEntry)
    return makeFileError(File, "expected a definition of the function '" + Names.Entry +
                                   "' in the template, found none");
  if (Markers == 0)
    return makeErrorAt(File, Text, Parts.FunctionBegin,
                       "expected '" + Names.CaseMarker + "' in the body of '" + Names.Entry +
                           "', where the micro-op's case is put");
  return Parts;
}

} // namespace

Expected<TranslationUnit> makeTranslationUnit(StringRef File, StringRef Text, const TemplateNames &Names,
                                              const Cases &AllCases) {
  auto Parts = splitTemplate(File, Text, Names);
  if (!Parts)
    return Parts.takeError();
  TranslationUnit Unit;
  raw_string_ostream OS(Unit.Text);
  OS << lineDirective(File, 1) << Text.take_front(Parts->FunctionBegin);
  if (Names.NumberCases && !AllCases.List.empty()) {
    OS << "\nenum {";
    for (const Case &Case : AllCases.List)
      OS << ' ' << Case.Name << ',';
    OS << " };\n";
  }
  for (const Case &Case : AllCases.List) {
    std::string Entry = Names.Entry + "_" + Case.Name;
    size_t Begin = OS.tell();
    OS << "\n#undef " << Names.Entry << "\n#define " << Names.Entry << ' ' << Entry;
    OS << "\n#undef " << Names.OpcodeMacro << "\n#define " << Names.OpcodeMacro << ' ' << Case.Name;
    OS << lineDirective(File, lineAt(Text, Parts->FunctionBegin))
       << Text.slice(Parts->FunctionBegin, Parts->MarkerBegin);
    OS << lineDirective(Case.File, Case.Line) << Case.Text;
    OS << lineDirective(File, lineAt(Text, Parts->MarkerEnd))
       << Text.slice(Parts->MarkerEnd, Parts->FunctionEnd);
    Unit.Ranges.push_back({Begin, static_cast<size_t>(OS.tell())});
    Unit.Entries.push_back(std::move(Entry));
  }
  OS << "\n#undef " << Names.Entry << "\n#undef " << Names.OpcodeMacro;
  OS << lineDirective(File, lineAt(Text, Parts->FunctionEnd)) << Text.drop_front(Parts->FunctionEnd) << '\n';
  return Unit;
}

} // namespace stencilgen
