// Statement trees to text.
#include "lower/BodyEmitter.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Casting.h"

using namespace llvm;
using namespace stencilgen::dsl;

namespace stencilgen::lower {

namespace {

/// The language's own words in bodies, for every tier.
enum class Word {
  None,
  ExitIf,
  ErrorIf,
  ErrorNoPop,
  DecrefInputs,
  Dead,
  InputsDead,
  SyncSp,
  SaveStack,
  ReloadStack,
  Dispatch,
  InstructionSize,
  StackPointer,
};

Word classify(StringRef Name) {
  return StringSwitch<Word>(Name)
      .Case("DEOPT_IF", Word::ExitIf)
      .Case("EXIT_IF", Word::ExitIf)
      .Case("HANDLE_PENDING_AND_DEOPT_IF", Word::ExitIf)
      .Case("AT_END_EXIT_IF", Word::ExitIf)
      .Case("ERROR_IF", Word::ErrorIf)
      .Case("ERROR_NO_POP", Word::ErrorNoPop)
      .Case("DECREF_INPUTS", Word::DecrefInputs)
      .Case("DEAD", Word::Dead)
      .Case("INPUTS_DEAD", Word::InputsDead)
      .Case("SYNC_SP", Word::SyncSp)
      .Case("SAVE_STACK", Word::SaveStack)
      .Case("RELOAD_STACK", Word::ReloadStack)
      .Case("DISPATCH", Word::Dispatch)
      .Case("INSTRUCTION_SIZE", Word::InstructionSize)
      .Case("stack_pointer", Word::StackPointer)
      .Default(Word::None);
}

/// True when the condition at the cursor, after its parenthesis, is `true)` or `1)`.
bool isAlwaysTrue(const StatementCursor &Rest) {
  const Token *Close = Rest.lookAhead(1);
  return Close && Close->is(TokenKind::RightParen) && (Rest.peek().Text == "true" || Rest.peek().Text == "1");
}

} // namespace

void BodyEmitter::error(const Token &At, const Twine &Message) {
  if (Reported)
    return; // one error a body: the rest would follow from it
  Reported = true;
  Diagnostics.error(At.location(), Message);
  Diagnostics.note(Current->Where, "in the body of '" + Current->Name + "'");
}

bool BodyEmitter::check(const Token &At) {
  if (Failure)
    error(At, Failure.Message);
  return !Reported;
}

bool BodyEmitter::expect(StatementCursor &Rest, TokenKind Kind, const Token &Owner) {
  if (!Rest.done() && Rest.peek().is(Kind)) {
    Rest.next();
    return true;
  }
  error(Rest.done() ? Owner : Rest.peek(), "expected " + describe(Kind) + " after " + Owner.Text);
  return false;
}

/// `WORD();` taken from the text.
bool BodyEmitter::noArguments(const Token &T, StatementCursor &Rest) {
  return expect(Rest, TokenKind::LeftParen, T) && expect(Rest, TokenKind::RightParen, T) &&
         expect(Rest, TokenKind::Semicolon, T);
}

void BodyEmitter::emitArguments(StatementCursor &Rest) {
  unsigned Level = 0;
  while (!Rest.done()) {
    const Token &T = Rest.next();
    if (T.is(TokenKind::RightParen) && Level-- == 0)
      return;
    Level += T.is(TokenKind::LeftParen);
    Out.emit(T);
  }
}

void BodyEmitter::exitIf(const Token &T, StatementCursor &Rest, Storage &St, Flow &F) {
  Out.emitAt("if ", T);
  if (Rest.done() || !Rest.peek().is(TokenKind::LeftParen)) {
    expect(Rest, TokenKind::LeftParen, T);
    return;
  }
  Out.emit(Rest.next());
  bool Always = !Rest.done() && isAlwaysTrue(Rest);
  emitArguments(Rest);
  if (!expect(Rest, TokenKind::Semicolon, T))
    return;
  Out.emit(") {\n");
  emitExit(T, *Current, St);
  Out.emit("}\n");
  if (Always)
    F = Flow::Ends;
}

void BodyEmitter::errorIf(const Token &T, StatementCursor &Rest, Storage &St, Flow &F) {
  if (Rest.done() || !Rest.peek().is(TokenKind::LeftParen)) {
    expect(Rest, TokenKind::LeftParen, T);
    return;
  }
  const Token &Open = Rest.next();
  bool Always = !Rest.done() && isAlwaysTrue(Rest);
  if (Always) {
    Rest.next();
    Rest.next();
    Out.startLine();
  } else {
    Out.emitAt("if ", T);
    Out.emit(Open);
    emitArguments(Rest);
    Out.emit(") {\n");
  }
  if (!expect(Rest, TokenKind::Semicolon, T))
    return;
  St.clearInputs("at ERROR_IF");
  emitErrorJump(/*Popped=*/true, T, St);
  if (Always)
    F = Flow::Ends;
  else
    Out.emit("}\n");
}

/// `DEAD(name);`
void BodyEmitter::dead(const Token &T, StatementCursor &Rest, Storage &St) {
  if (!expect(Rest, TokenKind::LeftParen, T))
    return;
  const Token &Name = Rest.next();
  if (!expect(Rest, TokenKind::RightParen, T) || !expect(Rest, TokenKind::Semicolon, T))
    return;
  if (!St.kill(Name.Text))
    error(Name, "'" + Name.Text + "' is not an input that is still on the stack");
}

/// `call(name)`, or `call(name, destructor)` for those of the profile's closesWith: the call consumes the
/// item.
void BodyEmitter::handOver(const Token &T, StatementCursor &Rest, Storage &St) {
  Out.emit(T);
  if (Rest.done() || !Rest.peek().is(TokenKind::LeftParen)) {
    expect(Rest, TokenKind::LeftParen, T);
    return;
  }
  Out.emit(Rest.next());
  if (Rest.done())
    return;
  const Token &Name = Rest.next();
  Out.emit(Name);
  bool Escapes = false;
  if (Profile.Escapes.ClosesWith.contains(T.Text)) {
    if (Rest.done() || !Rest.peek().is(TokenKind::Comma)) {
      expect(Rest, TokenKind::Comma, T);
      return;
    }
    Out.emit(Rest.next());
    if (Rest.done() || !Rest.peek().is(TokenKind::Identifier)) {
      expect(Rest, TokenKind::Identifier, T);
      return;
    }
    Escapes = !Profile.Escapes.PlainDeallocators.contains(Rest.peek().Text);
    Out.emit(Rest.next());
  }
  if (Name.is(TokenKind::Identifier))
    St.close(Name, Escapes);
}

/// `goto label`
void BodyEmitter::jump(const Token &Goto, StatementCursor &Rest, Storage &St) {
  if (Rest.done() || !Rest.peek().is(TokenKind::Identifier)) {
    expect(Rest, TokenKind::Identifier, Goto);
    return;
  }
  const Token &Name = Rest.next();
  auto Found = Labels.find(Name.Text);
  if (Found == Labels.end())
    return error(Name, "there is no label '" + Name.Text + "'");
  if (Found->second->Definition->IsSpilled) {
    if (!St.isSpilled())
      St.save(Out);
  } else if (St.isSpilled()) {
    return error(Goto, "jump to '" + Name.Text + "' while the stack is saved: the label is not spilled");
  }
  Out.startLine();
  Out.emit(fillTemplate(Profile.text("label"), {{"label", Name.Text}}));
}

/// A name in a simple statement.
void BodyEmitter::name(const Token &T, StatementCursor &Rest, Storage &St, Flow &F) {
  if (emitWord(T, Rest, *Current, St, F))
    return;
  if (Profile.Escapes.Consumes.contains(T.Text) || Profile.Escapes.ClosesWith.contains(T.Text))
    return handOver(T, Rest, St);
  switch (classify(T.Text)) {
  case Word::ExitIf:
    return exitIf(T, Rest, St, F);
  case Word::ErrorIf:
    return errorIf(T, Rest, St, F);
  case Word::ErrorNoPop:
    if (noArguments(T, Rest))
      emitErrorJump(/*Popped=*/false, T, St);
    F = Flow::Ends;
    return;
  case Word::DecrefInputs:
    if (noArguments(T, Rest))
      St.closeInputs(Out);
    return;
  case Word::Dead:
    return dead(T, Rest, St);
  case Word::InputsDead:
    if (noArguments(T, Rest))
      St.killInputs();
    return;
  case Word::SyncSp:
    if (!noArguments(T, Rest))
      return;
    St.clearInputs("at SYNC_SP");
    St.flush(Out);
    St.Stack.clear(Out);
    return;
  case Word::SaveStack:
    if (noArguments(T, Rest))
      St.save(Out);
    return;
  case Word::ReloadStack:
    if (noArguments(T, Rest))
      St.reloadChanged(Out);
    return;
  case Word::Dispatch:
    if (St.isSpilled())
      error(T, "DISPATCH while the stack is saved");
    Out.emit(T);
    F = Flow::Ends;
    return;
  case Word::InstructionSize:
    if (!Current->Uop || !Current->Uop->InstructionSize)
      return error(T, "INSTRUCTION_SIZE outside of an instruction");
    return Out.emitAt(fillTemplate(Profile.text("instructionSize"),
                                   {{"size", std::to_string(*Current->Uop->InstructionSize)}}),
                      T);
  case Word::StackPointer:
    if (St.isSpilled())
      error(T, "stack_pointer while the stack is saved: it is not valid then");
    return Out.emit(T);
  case Word::None:
    break;
  }
  if (Current->Facts->Stores.contains(T.Offset))
    St.define(T.Text);
  else if (!checkUse(T, St))
    return;
  if (T.Text.starts_with("DISPATCH"))
    F = Flow::Ends;
  Out.emit(T);
}

Flow BodyEmitter::simple(const SimpleStmt &S, Storage &St) {
  Flow F = Flow::GoesOn;
  if (S.Tokens.front().isDirective()) {
    Out.emit(S.Tokens.front());
    return F;
  }
  auto Escape = Current->Facts->EscapingCalls.find(&S);
  bool Escapes = Escape != Current->Facts->EscapingCalls.end();
  const Token &First = S.Tokens.front();
  if (Escapes) {
    if (Escape->second.Closes)
      St.close(*Escape->second.Closes, /*Escapes=*/true);
    St.save(Out);
    if (!check(Escape->second.Call))
      return F;
  }
  StatementCursor Rest(S.Tokens);
  while (!Rest.done() && !Reported) {
    const Token &T = Rest.next();
    if (T.is(TokenKind::Identifier)) {
      name(T, Rest, St, F);
    } else if (T.isKeyword("goto")) {
      jump(T, Rest, St);
      F = Flow::Ends;
    } else if (T.isKeyword("return")) {
      Out.emit(T);
      while (!Rest.done())
        Out.emit(Rest.next());
      F = Flow::Ends;
    } else {
      Out.emit(T);
    }
    if (!check(T))
      return F;
  }
  if (Escapes)
    St.reload(Out);
  check(First);
  return F;
}

Flow BodyEmitter::list(const std::vector<StmtPtr> &Statements, Storage &St, bool StopAtEnd) {
  Flow Result = Flow::GoesOn;
  for (const StmtPtr &S : Statements) {
    Emitted E = statement(*S, St);
    if (Reported)
      return Flow::Ends;
    if (E.Close)
      Out.emit(*E.Close);
    if (E.F == Flow::Ends) {
      Result = E.F;
      if (StopAtEnd)
        break; // what follows is never reached
    }
  }
  return Result;
}

/// Emits the condition of an `if` or the header of a loop. Nothing is replaced there.
void BodyEmitter::condition(TokenRange Tokens, const Storage &St) {
  for (const Token &T : Tokens) {
    if (T.is(TokenKind::Comment))
      continue;
    if (T.is(TokenKind::Identifier))
      checkUse(T, St);
    Out.emit(T);
  }
}

/// Reports the use of an item that was closed.
bool BodyEmitter::checkUse(const Token &T, const Storage &St) {
  const Token *Close = St.closedBefore(T);
  if (!Close || Reported)
    return !Close;
  error(T, "'" + T.Text + "' is used after it was closed");
  Diagnostics.note(Close->location(), "it was closed here");
  return false;
}

BodyEmitter::Emitted BodyEmitter::branch(const IfStmt &S, Storage &St) {
  Out.emit(S.If);
  condition(S.Condition, St);
  Storage Taken = St.fork();
  Emitted Then = statement(*S.Then, Taken);
  if (Reported)
    return Then;
  if (!S.ElseBody) {
    if (Then.F == Flow::GoesOn) {
      Taken.merge(St, Out);
      St = std::move(Taken);
    }
    check(*Then.Close);
    return {Flow::GoesOn, Then.Close};
  }
  Out.emit(*Then.Close);
  Out.emit(*S.Else);
  Emitted Else = statement(*S.ElseBody, St);
  if (Reported)
    return Else;
  if (Then.F == Flow::Ends)
    return Else;
  if (Else.F == Flow::Ends)
    St = std::move(Taken);
  else
    St.merge(Taken, Out);
  check(*Else.Close);
  return {Flow::GoesOn, Else.Close};
}

/// The body of a `for`, which may not run at all: what is known after it is what both ways know.
BodyEmitter::Emitted BodyEmitter::loop(const LoopStmt &S, Storage &St) {
  Storage Body = St.fork();
  Emitted E = statement(*S.Body, Body);
  if (Reported)
    return E;
  Body.merge(St, Out);
  check(*E.Close);
  Out.emit(*E.Close);
  return {E.F, nullptr};
}

/// With an #else, the branches are alternatives. Without one, so are the branch and nothing at all; but in
/// older dialects what the branch does to the stack is taken to hold after it either way.
Flow BodyEmitter::conditional(const PreprocessorStmt &S, Storage &St) {
  Flow Result = Flow::GoesOn;
  Storage Before = St.fork();
  for (size_t I = 0; I != S.Branches.size(); ++I) {
    const PreprocessorStmt::Branch &B = S.Branches[I];
    Out.emit(B.Directive);
    if (I == 0) {
      Result = list(B.Body, St, /*StopAtEnd=*/false);
    } else {
      Storage Alternative = Before.fork();
      if (list(B.Body, Alternative, /*StopAtEnd=*/false) == Flow::Ends)
        Result = Flow::Ends;
      if (Reported)
        return Result;
      Alternative.merge(St, Out);
      St = std::move(Alternative);
    }
    if (Reported || !check(I + 1 < S.Branches.size() ? S.Branches[I + 1].Directive : S.Endif))
      return Result;
  }
  if (!S.hasElse() && Profile.Stack.JoinsConditionals) {
    St.merge(Before, Out);
    St = std::move(Before);
    if (!check(S.Endif))
      return Result;
  }
  Out.emit(S.Endif);
  return Result;
}

BodyEmitter::Emitted BodyEmitter::statement(const Stmt &S, Storage &St) {
  switch (S.kind()) {
  case Stmt::Kind::Simple:
    return {simple(cast<SimpleStmt>(S), St), nullptr};
  case Stmt::Kind::Block: {
    const auto &Block = cast<BlockStmt>(S);
    Out.emit(Block.Open);
    return {list(Block.Body, St, /*StopAtEnd=*/true), &Block.Close};
  }
  case Stmt::Kind::If:
    return branch(cast<IfStmt>(S), St);
  case Stmt::Kind::Loop: {
    const auto &Loop = cast<LoopStmt>(S);
    Out.emit(Loop.Keyword);
    condition(Loop.Header, St);
    return Profile.TracksFrame && !Loop.isWhile() ? loop(Loop, St) : statement(*Loop.Body, St);
  }
  case Stmt::Kind::Preprocessor:
    return {conditional(cast<PreprocessorStmt>(S), St), nullptr};
  }
  return {};
}

Flow BodyEmitter::emitBody(const Section &Code, Storage &S, bool Braces) {
  Current = &Code;
  Reported = false;
  Failure = StackFailure();
  const BlockStmt &Body = *Code.Facts->Body->Tree;
  check(Body.Open);
  Out.startLine();
  if (Braces)
    Out.emit(Body.Open);
  Flow F = list(Body.Body, S, /*StopAtEnd=*/true);
  if (F == Flow::GoesOn && !Reported)
    S.pushOutputs();
  check(Body.Close);
  if (Braces)
    Out.emit(Body.Close);
  return F;
}

} // namespace stencilgen::lower
