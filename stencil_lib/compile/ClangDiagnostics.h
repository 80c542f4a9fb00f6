// Clang's diagnostics as text, through Clang's own renderer, each with the micro-op it belongs to.
#ifndef STENCILGEN_COMPILE_CLANGDIAGNOSTICS_H
#define STENCILGEN_COMPILE_CLANGDIAGNOSTICS_H

#include "compile/TranslationUnit.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Frontend/TextDiagnosticPrinter.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <string>

namespace stencilgen {

/// Collects what Clang says. The template's function is compiled once a micro-op, so what it says about the
/// template comes as often: a message that was shown for one micro-op is not shown again for the next.
class ClangDiagnostics : public clang::DiagnosticConsumer {
public:
  /// \param Unit, Names  whose ranges are which micro-op's; null and empty where there are no micro-ops
  ClangDiagnostics(clang::DiagnosticOptions &Options, const TranslationUnit *Unit = nullptr,
                   llvm::ArrayRef<std::string> Names = {});

  void BeginSourceFile(const clang::LangOptions &Language, const clang::Preprocessor *Preprocessor) override;
  void EndSourceFile() override;
  void HandleDiagnostic(clang::DiagnosticsEngine::Level Level, const clang::Diagnostic &Info) override;

  /// All messages up to now, rendered.
  std::string takeText();

private:
  void flush();
  llvm::StringRef microOpAt(const clang::Diagnostic &Info) const;

  std::string Rendered; ///< the printer's output for the diagnostic under way and its notes
  llvm::raw_string_ostream Stream;
  clang::TextDiagnosticPrinter Printer;
  const TranslationUnit *Unit;
  llvm::ArrayRef<std::string> Names;
  std::string Current; ///< micro-op of the diagnostic under way
  std::string Text;
  llvm::StringSet<> Shown;
};

} // namespace stencilgen

#endif
