// See ClangDiagnostics.h.
#include "compile/ClangDiagnostics.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Config/llvm-config.h"

using namespace llvm;

namespace stencilgen {

ClangDiagnostics::ClangDiagnostics(clang::DiagnosticOptions &Options, const TranslationUnit *Unit,
                                   ArrayRef<std::string> Names)
    : Stream(Rendered),
#if LLVM_VERSION_MAJOR >= 21
      Printer(Stream, Options),
#else
      Printer(Stream, &Options),
#endif
      Unit(Unit), Names(Names) {
}

void ClangDiagnostics::BeginSourceFile(const clang::LangOptions &Language,
                                       const clang::Preprocessor *Preprocessor) {
  Printer.BeginSourceFile(Language, Preprocessor);
}

void ClangDiagnostics::EndSourceFile() { Printer.EndSourceFile(); }

StringRef ClangDiagnostics::microOpAt(const clang::Diagnostic &Info) const {
  if (!Unit || !Info.hasSourceManager() || Info.getLocation().isInvalid())
    return "";
  const clang::SourceManager &Sources = Info.getSourceManager();
  auto [File, Offset] = Sources.getDecomposedExpansionLoc(Info.getLocation());
  if (File != Sources.getMainFileID())
    return "";
  auto Range = partition_point(Unit->Ranges, [Offset = Offset](const auto &R) { return R.End <= Offset; });
  if (Range == Unit->Ranges.end() || Offset < Range->Begin)
    return "";
  return Names[Range - Unit->Ranges.begin()];
}

void ClangDiagnostics::HandleDiagnostic(clang::DiagnosticsEngine::Level Level,
                                        const clang::Diagnostic &Info) {
  DiagnosticConsumer::HandleDiagnostic(Level, Info);
  if (Level != clang::DiagnosticsEngine::Note) {
    flush();
    Current = microOpAt(Info).str();
  }
  Printer.HandleDiagnostic(Level, Info);
}

void ClangDiagnostics::flush() {
  if (!Rendered.empty() && Shown.insert(Rendered).second) {
    Text += Rendered;
    if (!Current.empty())
      Text += "note: in micro-op '" + Current + "'\n";
  }
  Rendered.clear();
  Current.clear();
}

std::string ClangDiagnostics::takeText() {
  flush();
  return std::exchange(Text, "");
}

} // namespace stencilgen
