// Making diagnostics, and printing them with LLVM's SourceMgr.
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

char DiagnosticError::ID = 0;

Diagnostic diagnosticAt(SourceMgr::DiagKind Kind, StringRef File, StringRef Text, size_t Offset,
                        const Twine &Message) {
  Offset = std::min(Offset, Text.size());
  StringRef Before = Text.take_front(Offset);
  size_t LineStart = Before.rfind('\n') + 1; // npos + 1 is 0: the first line
  return {Kind,
          File.str(),
          static_cast<unsigned>(Before.count('\n') + 1),
          static_cast<unsigned>(Offset - LineStart + 1),
          Message.str(),
          Text.drop_front(LineStart).take_until([](char C) { return C == '\n' || C == '\r'; }).str(),
          /*IsRendered=*/false};
}

std::string printable(StringRef Text, bool IsOneLine) {
  std::string Result;
  for (size_t I = 0; I < Text.size(); ++I) {
    auto C = static_cast<unsigned char>(Text[I]);
    bool IsC1 = C == 0xc2 && I + 1 < Text.size() && static_cast<unsigned char>(Text[I + 1]) < 0xa0;
    if (C == '\t' || (C == '\n' && !IsOneLine))
      Result += Text[I];
    else if (C < 0x20 || C == 0x7f)
      Result += "\\x" + utohexstr(C, /*LowerCase=*/true, /*Width=*/2);
    else if (IsC1)
      Result += "\\x" + utohexstr(static_cast<unsigned char>(Text[++I]), /*LowerCase=*/true, /*Width=*/2);
    else
      Result += Text[I];
  }
  return Result;
}

void printDiagnostic(raw_ostream &OS, const Diagnostic &Raw) {
  if (Raw.IsRendered) {
    OS << printable(Raw.Message, /*IsOneLine=*/false);
    return;
  }
  Diagnostic D = Raw;
  D.File = printable(Raw.File, /*IsOneLine=*/true);
  D.Message = printable(Raw.Message, /*IsOneLine=*/false);
  D.SourceLine = printable(Raw.SourceLine, /*IsOneLine=*/true);
  SourceMgr NoSources;
  SMDiagnostic Printable = D.Line == 0 ? SMDiagnostic(D.File, D.Kind, D.Message)
                                       : SMDiagnostic(NoSources, SMLoc(), D.File, static_cast<int>(D.Line),
                                                      D.Column ? static_cast<int>(D.Column) - 1 : -1, D.Kind,
                                                      D.Message, D.SourceLine, {});
  Printable.print(D.File.empty() ? "stencilgen" : nullptr, OS, OS.has_colors());
}

void DiagnosticError::log(raw_ostream &OS) const {
  for (const Diagnostic &D : Diagnostics)
    printDiagnostic(OS, D);
}

std::error_code DiagnosticError::convertToErrorCode() const { return inconvertibleErrorCode(); }

Error makeError(const Twine &Message) { return makeFileError("", Message); }

Error makeFileError(StringRef File, const Twine &Message) {
  Diagnostic D;
  D.File = File.str();
  D.Message = Message.str();
  return make_error<DiagnosticError>(std::vector<Diagnostic>{D});
}

Error makeErrorAt(StringRef File, StringRef Text, size_t Offset, const Twine &Message) {
  return make_error<DiagnosticError>(
      std::vector<Diagnostic>{diagnosticAt(SourceMgr::DK_Error, File, Text, Offset, Message)});
}

Error withSubject(Error E, const Twine &Subject) {
  std::vector<Diagnostic> Diagnostics;
  handleAllErrors(
      std::move(E),
      [&](const DiagnosticError &Cause) { llvm::append_range(Diagnostics, Cause.diagnostics()); },
      [&](const ErrorInfoBase &Cause) {
        Diagnostic D;
        D.Message = Cause.message();
        Diagnostics.push_back(std::move(D));
      });
  for (Diagnostic &D : Diagnostics) {
    if (D.IsRendered)
      D.Message += ("note: in " + Subject + "\n").str();
    else if (D.Kind != SourceMgr::DK_Note)
      D.Message = (Subject + ": " + D.Message).str();
  }
  return make_error<DiagnosticError>(std::move(Diagnostics));
}

Error withFile(Error E, StringRef File) {
  std::vector<Diagnostic> Diagnostics;
  handleAllErrors(
      std::move(E),
      [&](const DiagnosticError &Cause) { llvm::append_range(Diagnostics, Cause.diagnostics()); },
      [&](const ErrorInfoBase &Cause) { Diagnostics.emplace_back().Message = Cause.message(); });
  if (Diagnostics.empty())
    return Error::success();
  for (Diagnostic &D : Diagnostics)
    D.File = File.str();
  return make_error<DiagnosticError>(std::move(Diagnostics));
}

StringRef nearestName(StringRef Name, ArrayRef<StringRef> Candidates) {
  unsigned Best = Name.size() / 3 + 1;
  StringRef Nearest;
  for (StringRef Candidate : Candidates) {
    unsigned Distance = Name.edit_distance(Candidate, /*AllowReplacements=*/true, Best);
    if (Distance < Best) {
      Best = Distance;
      Nearest = Candidate;
    }
  }
  return Nearest;
}

} // namespace stencilgen
