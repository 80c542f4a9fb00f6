// Tier 2: one case a micro-op.
#ifndef STENCILGEN_LOWER_TIER2_H
#define STENCILGEN_LOWER_TIER2_H

#include "lower/BodyEmitter.h"
#include "uops/Variants.h"

namespace stencilgen::lower {

/// Lowers micro-ops whose stack is tracked (LoweringProfile::StackRules::Model::Tracked).
class Tier2Emitter : public BodyEmitter {
public:
  Tier2Emitter(CodeWriter &Out, const LoweringProfile &Profile, const llvm::StringMap<uops::Label *> &Labels,
               StackFailure &Failure, dsl::DiagnosticSink &Diagnostics);

  /// Emits `case NAME: { ... }` for \p U, in the variant \p V where the profile has registers for stack
  /// items. Returns false after an error.
  bool emitCase(const uops::Uop &U, const std::optional<uops::Variant> &V, llvm::StringRef CaseName);

protected:
  void emitExit(const dsl::Token &Macro, const Section &Code, const Storage &S) override;
  void emitErrorJump(bool Popped, const dsl::Token &Macro, const Storage &S) override;
  bool emitWord(const dsl::Token &T, StatementCursor &Rest, const Section &Code, Storage &S,
                Flow &F) override;

private:
  StackFailure &Failure;
  std::optional<uops::Variant> Variant;
  std::vector<std::string> Registers, CachedNames; ///< by depth

  void declareVariables(const uops::Uop &U);
  void cacheItems(ValueStack &Stack, unsigned Count, bool EmptyOthers);
  void setCached(unsigned Depth);
};

} // namespace stencilgen::lower

#endif
