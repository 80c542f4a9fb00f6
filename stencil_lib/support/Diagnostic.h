// What the user is told when something is wrong: file, line, column, source line and caret, notes.
//
// A stage that finds an error returns it as llvm::Error (a DiagnosticError); only tool/main.cpp prints.
// Messages follow LLVM's coding standards: lower case, no full stop, what was expected and what was found.
#ifndef STENCILGEN_SUPPORT_DIAGNOSTIC_H
#define STENCILGEN_SUPPORT_DIAGNOSTIC_H

#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/SourceMgr.h"
#include <string>
#include <vector>

namespace stencilgen {

/// One message. Without a file it speaks of the command; without a line, of the file as a whole.
struct Diagnostic {
  llvm::SourceMgr::DiagKind Kind = llvm::SourceMgr::DK_Error;
  std::string File;
  unsigned Line = 0;   ///< from 1; 0: none
  unsigned Column = 0; ///< in bytes, from 1; 0: none
  std::string Message;
  std::string SourceLine;  ///< shown above the caret
  bool IsRendered = false; ///< Message is what another renderer (Clang's) made: printed as it is
};

/// A diagnostic at a place in a text.
/// \param File    name shown to the user
/// \param Text    the file's whole text; the line is shown with a caret
/// \param Offset  byte offset in Text
Diagnostic diagnosticAt(llvm::SourceMgr::DiagKind Kind, llvm::StringRef File, llvm::StringRef Text,
                        size_t Offset, const llvm::Twine &Message);

/// \p Text with its control characters spelled out (`\x1b`), so that it cannot command a terminal. Tabs stay,
/// and newlines unless \p IsOneLine.
std::string printable(llvm::StringRef Text, bool IsOneLine);

/// Prints \p D as Clang prints its own: "file:line:column: error: message", the line and a caret. Colours
/// where \p OS has them.
void printDiagnostic(llvm::raw_ostream &OS, const Diagnostic &D);

/// One or more diagnostics that stopped a stage. A note belongs to the entry before it.
class DiagnosticError : public llvm::ErrorInfo<DiagnosticError> {
public:
  static char ID;

  explicit DiagnosticError(std::vector<Diagnostic> Diagnostics) : Diagnostics(std::move(Diagnostics)) {}

  const std::vector<Diagnostic> &diagnostics() const { return Diagnostics; }

  void log(llvm::raw_ostream &OS) const override;
  std::error_code convertToErrorCode() const override;

private:
  std::vector<Diagnostic> Diagnostics;
};

/// An error without a place.
llvm::Error makeError(const llvm::Twine &Message);

/// An error about a file as a whole.
llvm::Error makeFileError(llvm::StringRef File, const llvm::Twine &Message);

/// An error at a place in a text; parameters as for diagnosticAt.
llvm::Error makeErrorAt(llvm::StringRef File, llvm::StringRef Text, size_t Offset,
                        const llvm::Twine &Message);

/// \p E with \p Subject ("micro-op 'X'") before its messages: as "subject: message", or as a note after a
/// message that is rendered already.
llvm::Error withSubject(llvm::Error E, const llvm::Twine &Subject);

/// \p E as errors about a file as a whole.
llvm::Error withFile(llvm::Error E, llvm::StringRef File);

/// The candidate nearest to \p Name by edit distance; empty when none is near (more than a third of the
/// letters differ).
llvm::StringRef nearestName(llvm::StringRef Name, llvm::ArrayRef<llvm::StringRef> Candidates);

} // namespace stencilgen

#endif
