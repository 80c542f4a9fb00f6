// Lowers the statement tree of a body: prints it, and replaces the language's own words.
#ifndef STENCILGEN_LOWER_BODYEMITTER_H
#define STENCILGEN_LOWER_BODYEMITTER_H

#include "dsl/DiagnosticSink.h"
#include "lower/Storage.h"

namespace stencilgen::lower {

/// Steps through tokens of a body, comments left out unless asked for.
class StatementCursor {
public:
  explicit StatementCursor(dsl::TokenRange Tokens, bool KeepComments = false)
      : Rest(Tokens), KeepComments(KeepComments) {
    skipComments();
  }

  bool done() const { return Rest.empty(); }
  const dsl::Token &peek() const { return Rest.front(); }
  const dsl::Token &next() {
    const dsl::Token &T = Rest.front();
    Rest = Rest.drop_front();
    skipComments();
    return T;
  }
  /// The token \p Ahead of the next; null behind the end.
  const dsl::Token *lookAhead(size_t Ahead) const { return Ahead < Rest.size() ? &Rest[Ahead] : nullptr; }

private:
  dsl::TokenRange Rest;
  bool KeepComments;
  void skipComments() {
    while (!KeepComments && !Rest.empty() && Rest.front().is(dsl::TokenKind::Comment))
      Rest = Rest.drop_front();
  }
};

/// Whether control goes on after a statement.
enum class Flow { GoesOn, Ends };

/// The code a body is part of.
struct Section {
  llvm::StringRef Name; ///< for messages
  dsl::SourceLocation Where;
  const uops::BodyFacts *Facts = nullptr;
  const uops::Uop *Uop = nullptr; ///< null for a label
};

/// What tiers have in common. A tier says by the virtual functions what becomes of exits and errors.
/// Source of the rules: CPython's Tools/cases_generator/generators_common.py.
class BodyEmitter {
public:
  virtual ~BodyEmitter() = default;

  /// Emits the body of \p Code, changing \p S as it runs; at its end outputs are on the stack.
  /// \param Braces  emit the body's own braces
  /// After an error, which goes to the sink with a note at the definition, what was emitted is of no use:
  /// failed() tells.
  Flow emitBody(const Section &Code, Storage &S, bool Braces);

  bool failed() const { return Reported; }

protected:
  BodyEmitter(CodeWriter &Out, const LoweringProfile &Profile, const llvm::StringMap<uops::Label *> &Labels,
              StackFailure &Failure, dsl::DiagnosticSink &Diagnostics)
      : Out(Out), Profile(Profile), Labels(Labels), Failure(Failure), Diagnostics(Diagnostics) {}

  /// `DEOPT_IF(...)`, `EXIT_IF(...)`, `HANDLE_PENDING_AND_DEOPT_IF(...)`, `AT_END_EXIT_IF(...)`: the
  /// condition has been emitted with `if (...) {`; emits what leaves.
  virtual void emitExit(const dsl::Token &Macro, const Section &Code, const Storage &S) = 0;
  /// Emits the jump to the error handler. \p Popped: the inputs are gone, and `stack_pointer` is to be moved
  /// by S.Stack.unsaved(); otherwise everything is where it was.
  virtual void emitErrorJump(bool Popped, const dsl::Token &Macro, const Storage &S) = 0;
  /// Words of the tier's own. Returns false if \p T is no such word; otherwise the word and all that belongs
  /// to it have been emitted.
  virtual bool emitWord(const dsl::Token &T, StatementCursor &Rest, const Section &Code, Storage &S,
                        Flow &F) = 0;

  CodeWriter &Out;
  const LoweringProfile &Profile;

  /// Reports an error in the body being emitted.
  void error(const dsl::Token &At, const llvm::Twine &Message);
  /// Reports what went wrong with the stack since, if anything.
  bool check(const dsl::Token &At);
  /// Moves past a token of this kind or reports that one was expected after \p Owner.
  bool expect(StatementCursor &Rest, dsl::TokenKind Kind, const dsl::Token &Owner);
  /// Emits the tokens up to the parenthesis that closes the one passed already, and moves past it.
  void emitArguments(StatementCursor &Rest);

private:
  const llvm::StringMap<uops::Label *> &Labels;
  StackFailure &Failure;
  dsl::DiagnosticSink &Diagnostics;
  const Section *Current = nullptr;
  bool Reported = false;

  /// A statement's flow, and its closing brace, which is emitted by who holds the statement: joins come
  /// before it.
  struct Emitted {
    Flow F = Flow::GoesOn;
    const dsl::Token *Close = nullptr;
  };
  Emitted statement(const dsl::Stmt &S, Storage &St);
  Flow simple(const dsl::SimpleStmt &S, Storage &St);
  Flow list(const std::vector<dsl::StmtPtr> &Statements, Storage &St, bool StopAtEnd);
  Emitted branch(const dsl::IfStmt &S, Storage &St);
  Emitted loop(const dsl::LoopStmt &S, Storage &St);
  Flow conditional(const dsl::PreprocessorStmt &S, Storage &St);
  void condition(dsl::TokenRange Tokens, const Storage &St);
  bool checkUse(const dsl::Token &T, const Storage &St);
  void name(const dsl::Token &T, StatementCursor &Rest, Storage &St, Flow &F);

  void exitIf(const dsl::Token &T, StatementCursor &Rest, Storage &St, Flow &F);
  void errorIf(const dsl::Token &T, StatementCursor &Rest, Storage &St, Flow &F);
  void dead(const dsl::Token &T, StatementCursor &Rest, Storage &St);
  void handOver(const dsl::Token &T, StatementCursor &Rest, Storage &St);
  void jump(const dsl::Token &Goto, StatementCursor &Rest, Storage &St);
  bool noArguments(const dsl::Token &T, StatementCursor &Rest);
};

} // namespace stencilgen::lower

#endif
