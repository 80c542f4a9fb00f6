// Collects the errors of a run, so that one run tells of several.
#ifndef STENCILGEN_DSL_DIAGNOSTICSINK_H
#define STENCILGEN_DSL_DIAGNOSTICSINK_H

#include "dsl/SourceText.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace stencilgen::dsl {

/// Errors and their notes, in the order they were found. Stages report here and go on where they can; the
/// function that runs the stages takes the whole at the end.
class DiagnosticSink {
public:
  /// \param Limit  after this many errors the rest is only counted: one broken line can make hundreds
  explicit DiagnosticSink(llvm::ArrayRef<SourceText> Sources, unsigned Limit = 50)
      : Sources(Sources), Limit(Limit) {}

  /// An error at \p Where.
  void error(SourceLocation Where, const llvm::Twine &Message);

  /// A note that belongs to the error reported last.
  void note(SourceLocation Where, const llvm::Twine &Message);

  unsigned errorCount() const { return Errors; }
  bool full() const { return Errors >= Limit; }

  /// Everything reported so far as one DiagnosticError, or success when there were no errors. Empties the
  /// sink.
  llvm::Error take();

private:
  llvm::ArrayRef<SourceText> Sources;
  unsigned Limit;
  unsigned Errors = 0;
  std::vector<Diagnostic> List;

  void add(llvm::SourceMgr::DiagKind Kind, SourceLocation Where, const llvm::Twine &Message);
};

} // namespace stencilgen::dsl

#endif
