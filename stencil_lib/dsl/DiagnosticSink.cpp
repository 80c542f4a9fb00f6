// Collecting diagnostics.
#include "dsl/DiagnosticSink.h"

using namespace llvm;

namespace stencilgen::dsl {

void DiagnosticSink::add(SourceMgr::DiagKind Kind, SourceLocation Where, const Twine &Message) {
  const SourceText &Source = Sources[Where.File];
  List.push_back(diagnosticAt(Kind, Source.Name, Source.Text, Where.Offset, Message));
}

void DiagnosticSink::error(SourceLocation Where, const Twine &Message) {
  if (Errors++ < Limit)
    add(SourceMgr::DK_Error, Where, Message);
}

void DiagnosticSink::note(SourceLocation Where, const Twine &Message) {
  if (Errors <= Limit)
    add(SourceMgr::DK_Note, Where, Message);
}

Error DiagnosticSink::take() {
  if (Errors == 0)
    return Error::success();
  if (Errors > Limit) {
    Diagnostic More;
    More.Kind = SourceMgr::DK_Note;
    More.Message = Twine(Errors - Limit).str() + " more errors not shown";
    List.push_back(std::move(More));
  }
  Errors = 0;
  return make_error<DiagnosticError>(std::exchange(List, {}));
}

} // namespace stencilgen::dsl
