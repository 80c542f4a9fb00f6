// Tier 2 for interpreters whose stack items are plain values: inputs are read at the start of a body and
// outputs written at its end.
#ifndef STENCILGEN_LOWER_DIRECTTIER2_H
#define STENCILGEN_LOWER_DIRECTTIER2_H

#include "dsl/DiagnosticSink.h"
#include "lower/BodyEmitter.h"
#include <deque>

namespace stencilgen::lower {

/// Lowers micro-ops of profiles with LoweringProfile::StackRules::Model::Direct. Bodies are taken as tokens,
/// including comments. What a statement does to a stack item is not known, so it is not checked. Source of
/// the rules: CPython's first Tools/cases_generator for tier 2.
class DirectTier2Emitter {
public:
  DirectTier2Emitter(CodeWriter &Out, const LoweringProfile &Profile, dsl::DiagnosticSink &Diagnostics)
      : Out(Out), Profile(Profile), Diagnostics(Diagnostics) {}

  /// Emits `case NAME: { ... }`. Returns false after an error: a word of the language without its arguments.
  bool emitCase(const uops::Uop &U);

private:
  CodeWriter &Out;
  const LoweringProfile &Profile;
  dsl::DiagnosticSink &Diagnostics;
  std::deque<std::string> Sizes;             ///< owns sizes of conditional items
  std::vector<const uops::StackItem *> Held; ///< outputs that are to be written
  uops::TermOffset Base;                     ///< of the first of them
  uops::TermOffset Top;

  llvm::StringRef reach(const uops::StackItem &Item);
  std::string slot(uops::TermOffset &At, bool Address = false) const;
  void declare(const uops::Uop &U);
  void load(const uops::StackItem &Item);
  void hold(const uops::StackItem &Item);
  void flush();
  bool body(const uops::Uop &U);
  bool word(const dsl::Token &T, StatementCursor &Rest, const uops::Uop &U);
  void decrefInputs(const uops::Uop &U);
  bool skipCall(const dsl::Token &T, StatementCursor &Rest);
};

} // namespace stencilgen::lower

#endif
