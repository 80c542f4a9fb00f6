// Tier 2 without a tracked stack.
#include "lower/DirectTier2.h"
#include "lower/Operands.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace stencilgen::dsl;
using namespace stencilgen::uops;

namespace stencilgen::lower {

/// How far an item reaches; for a conditional one, an expression.
StringRef DirectTier2Emitter::reach(const StackItem &Item) {
  StringRef Size = Item.Size.empty() ? "1" : Item.Size;
  if (Item.Condition.empty() || Item.Condition == "1")
    return Size;
  if (Item.Condition == "0")
    return "0";
  if (Item.Condition == "oparg & 1" && Size == "1")
    return Sizes.emplace_back(("(" + Item.Condition + ")").str());
  return Sizes.emplace_back(("((" + Item.Condition + ") ? " + Size + " : 0)").str());
}

std::string DirectTier2Emitter::slot(TermOffset &At, bool Address) const {
  return fillTemplate(Profile.text(Address ? "slotAddress" : "slot"), {{"offset", At.toC()}});
}

void DirectTier2Emitter::declare(const Uop &U) {
  StringSet<> Seen;
  auto Declare = [&](const StackItem &Item) {
    if (Item.isUnused() || !Seen.insert(Item.Name).second)
      return;
    StringRef Type = !Item.Type.empty() ? Item.Type : Profile.text(Item.isArray() ? "array" : "item");
    bool Conditional = !Item.Condition.empty();
    Out.line((Type + (Type.ends_with("*") ? "" : " ") + Item.Name + (Conditional ? " = NULL;" : ";")).str());
    if (Conditional && U.ReplicaOf)
      Out.line(("(void)" + Item.Name + ";").str()); // a replica may not use it: no warning
  };
  for (const StackItem &Input : reverse(U.Stack.Inputs))
    Declare(Input);
  for (const StackItem &Output : U.Stack.Outputs)
    Declare(Output);
}

/// Reads the item below those read so far.
void DirectTier2Emitter::load(const StackItem &Item) {
  StringRef Size = reach(Item);
  Base.pop(Size);
  Top.pop(Size);
  if (Item.isUnused() || Item.Condition == "0")
    return;
  bool Typed = !Item.Type.empty() && !Item.isArray();
  std::string Load =
      fillTemplate(Profile.text(Typed ? "loadTyped" : "load"),
                   {{"name", Item.Name}, {"type", Item.Type}, {"slot", slot(Base, Item.isArray())}});
  if (Item.Condition.empty() || Item.Condition == "1")
    Out.line(Load);
  else
    Out.line(("if (" + Item.Condition + ") { " + Load + " }").str());
}

/// The item is an output above those held so far.
void DirectTier2Emitter::hold(const StackItem &Item) {
  Held.push_back(&Item);
  if (Item.isArray() && !Item.Peek && !Item.isUnused())
    Out.line(
        fillTemplate(Profile.text("load"), {{"name", Item.Name}, {"slot", slot(Top, /*Address=*/true)}}));
  Top.push(reach(Item));
}

/// Writes what is held and moves the stack pointer.
void DirectTier2Emitter::flush() {
  Out.startLine();
  for (const StackItem *Item : Held) {
    if (!Item->Peek && !Item->isUnused() && !Item->isArray() && Item->Condition != "0") {
      if (!Item->Condition.empty() && Item->Condition != "1")
        Out.emit(("if (" + Item->Condition + ") ").str());
      Out.line(fillTemplate(Profile.text(Item->Type.empty() ? "store" : "storeTyped"),
                            {{"name", Item->Name}, {"type", Item->Type}, {"slot", slot(Base)}}));
    }
    Base.push(reach(*Item));
  }
  if (Base.toC() != "0")
    Out.line(fillTemplate(Profile.text("adjust"), {{"offset", Base.toC()}}));
  Held.clear();
  Base = Top = TermOffset();
}

/// Moves past `();`.
bool DirectTier2Emitter::skipCall(const Token &T, StatementCursor &Rest) {
  for (TokenKind Kind : {TokenKind::LeftParen, TokenKind::RightParen, TokenKind::Semicolon}) {
    if (Rest.done() || !Rest.peek().is(Kind)) {
      Diagnostics.error(T.location(), "expected " + describe(Kind) + " after " + T.Text);
      return false;
    }
    Rest.next();
  }
  return true;
}

void DirectTier2Emitter::decrefInputs(const Uop &U) {
  for (const StackItem &Input : U.Stack.Inputs) {
    if (Input.isUnused() || Input.Name == "null" || Input.Peek)
      continue;
    StringRef Decref = Profile.text("decref");
    if (Input.isArray() && Input.Size != "1") {
      Out.line(("for (int _i = " + Input.Size + "; --_i >= 0;) {").str());
      Out.line((Decref + "(" + Input.Name + "[_i]);").str());
      Out.line("}");
    } else if (Input.Condition.empty() || Input.Condition == "1") {
      Out.line((Decref + "(" + Input.Name + ");").str());
    } else if (Input.Condition != "0") {
      Out.line((Profile.text("decrefNullable") + "(" + Input.Name + ");").str());
    }
  }
}

/// Replaces the words of the language. Returns false after an error.
bool DirectTier2Emitter::word(const Token &T, StatementCursor &Rest, const Uop &U) {
  bool IsError = T.Text == "ERROR_IF";
  if (IsError || T.Text == "DEOPT_IF" || T.Text == "EXIT_IF") {
    Out.emitAt("if ", T);
    if (Rest.done() || !Rest.peek().is(TokenKind::LeftParen)) {
      Diagnostics.error(T.location(), "expected '(' after " + T.Text);
      return false;
    }
    // ERROR_IF names the label it goes to, which is tier 1's business.
    unsigned Level = 0;
    do {
      const Token &Next = Rest.next();
      Level += Next.is(TokenKind::LeftParen);
      Level -= Next.is(TokenKind::RightParen);
      if (Level == 1 && IsError && Next.is(TokenKind::Comma)) {
        Rest.next();
        Level = 0;
        if (!Rest.done())
          Rest.next();
      } else if (Level != 0) {
        Out.emit(Next);
      }
    } while (Level != 0 && !Rest.done());
    if (Rest.done() || !Rest.peek().is(TokenKind::Semicolon)) {
      Diagnostics.error(T.location(), "expected ';' after " + T.Text + "(...)");
      return false;
    }
    Rest.next();
    if (IsError) {
      Out.emit(") ");
      Out.line(Profile.text("error"));
    } else {
      Out.emit(") {\n");
      Out.line(Profile.text("miss"));
      Out.line(Profile.text("exit"));
      Out.line("}");
    }
    return true;
  }
  if (T.Text == "ERROR_NO_POP") {
    if (!skipCall(T, Rest))
      return false;
    Out.emitAt(Profile.text("error"), T);
    return true;
  }
  if (T.Text == "DECREF_INPUTS") {
    if (!skipCall(T, Rest))
      return false;
    Out.emitAt("", T);
    decrefInputs(U);
    return true;
  }
  if (T.Text == "SYNC_SP") {
    if (!skipCall(T, Rest))
      return false;
    flush();
    return true;
  }
  if (U.Props.EndsWithEvalBreaker && T.Text == Profile.EvalBreakerAtEnd)
    return skipCall(T, Rest); // comes after the outputs are written
  const Token *One = Rest.lookAhead(1);
  StringRef Name = U.Name;
  if (T.Text == "oparg" && (Name.ends_with("_0") || Name.ends_with("_1")) && One && One->Text == "1" &&
      Rest.peek().is(TokenKind::Ampersand)) {
    Rest.next();
    Rest.next();
    Out.emitAt(Name.take_back(), T);
    return true;
  }
  Out.emit(T);
  return true;
}

bool DirectTier2Emitter::body(const Uop &U) {
  Out.startLine();
  StatementCursor Rest(U.Facts->Body->Tokens.drop_front().drop_back(), /*KeepComments=*/true);
  while (!Rest.done()) {
    const Token &T = Rest.next();
    if (!T.is(TokenKind::Identifier))
      Out.emit(T);
    else if (!word(T, Rest, U))
      return false;
  }
  return true;
}

bool DirectTier2Emitter::emitCase(const Uop &U) {
  Sizes.clear();
  Held.clear();
  Base = Top = TermOffset();
  Out.emit("case " + U.Name + ": {\n");
  declare(U);
  readOparg(U, Profile, Out);
  for (const StackItem &Input : reverse(U.Stack.Inputs))
    load(Input);
  auto HoldOutputs = [&] {
    for (const StackItem &Output : U.Stack.Outputs)
      hold(Output);
  };
  if (!U.Props.SyncsStack)
    HoldOutputs();
  readOperands(U, Profile, Out);
  if (!body(U))
    return false;
  if (U.Props.SyncsStack)
    HoldOutputs();
  Out.startLine();
  if (!U.Props.AlwaysExits) {
    flush();
    if (U.Props.EndsWithEvalBreaker)
      Out.line(Profile.EvalBreakerAtEnd + "();");
    Out.line(Profile.text("end"));
  }
  Out.startLine();
  Out.emit("}");
  return true;
}

} // namespace stencilgen::lower
