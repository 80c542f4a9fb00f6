// Tier 2. Source of the rules: CPython's Tools/cases_generator/tier2_generator.py.
#include "lower/Tier2.h"
#include "lower/Operands.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace stencilgen::dsl;
using namespace stencilgen::uops;

namespace stencilgen::lower {

Tier2Emitter::Tier2Emitter(CodeWriter &Out, const LoweringProfile &Profile, const StringMap<Label *> &Labels,
                           StackFailure &Failure, DiagnosticSink &Diagnostics)
    : BodyEmitter(Out, Profile, Labels, Failure, Diagnostics), Failure(Failure) {
  for (unsigned I = 0; I != Profile.Stack.CachedItems; ++I) {
    std::string Index = std::to_string(I);
    Registers.push_back(fillTemplate(Profile.text("cacheRegister"), {{"index", Index}}));
    CachedNames.push_back(fillTemplate(Profile.text("cacheLocal"), {{"index", Index}}));
  }
}

void Tier2Emitter::setCached(unsigned Depth) {
  Out.line(fillTemplate(Profile.text("setCached"), {{"depth", std::to_string(Depth)}}));
}

/// Puts the top \p Count values into the registers, the rest to where the stack says.
void Tier2Emitter::cacheItems(ValueStack &Stack, unsigned Count, bool EmptyOthers) {
  Out.startLine();
  for (unsigned I = Count; I-- != 0;) {
    Out.startLine();
    StackItem Register;
    Register.Name = Registers[I];
    Register.Used = true;
    Stack.pop(Register, Out);
  }
  if (EmptyOthers)
    for (unsigned I = Count; I != Registers.size(); ++I)
      Out.line((Registers[I] + " = " + Profile.text("cacheEmpty") + ";").str());
  setCached(Count);
}

void Tier2Emitter::emitExit(const Token &Macro, const Section &, const Storage &S) {
  Out.line(Profile.text("miss"));
  if (Variant) {
    Storage Leaving = S.fork();
    if (Macro.Text == "AT_END_EXIT_IF") {
      Leaving.clearInputs("at AT_END_EXIT_IF");
      cacheItems(Leaving.Stack, Variant->Exit, false);
      Leaving.flush(Out);
    } else {
      cacheItems(Leaving.Stack, Variant->Exit, false);
      Leaving.Stack.flush(Out);
    }
  }
  Out.line(Profile.text("exit"));
}

void Tier2Emitter::emitErrorJump(bool Popped, const Token &, const Storage &S) {
  if (Popped && !S.Stack.unsaved().isZero()) {
    Storage Leaving = S.fork();
    Leaving.flush(Out);
  } else if (Variant) {
    ValueStack Leaving = S.Stack;
    Leaving.flush(Out);
  }
  if (Variant)
    setCached(0);
  Out.line(Profile.text("error"));
}

bool Tier2Emitter::emitWord(const Token &T, StatementCursor &Rest, const Section &Code, Storage &S, Flow &F) {
  if (T.Text == "oparg") {
    // A replica for one value of `oparg & 1` has it as a number.
    const Token *One = Rest.lookAhead(1);
    StringRef Name = Code.Name;
    if ((Name.ends_with("_0") || Name.ends_with("_1")) && One && Rest.peek().is(TokenKind::Ampersand) &&
        One->Text == "1") {
      Rest.next();
      Rest.next();
      Out.emitAt(Name.take_back(), T);
    } else {
      Out.emit(T);
    }
    return true;
  }
  if (Variant && (T.Text == "TIER2_TO_TIER2" || T.Text == "GOTO_TIER_ONE")) {
    cacheItems(S.Stack, Variant->Exit, false);
    S.flush(Out);
    Out.emit(T);
    if (Rest.done() || !Rest.peek().is(TokenKind::LeftParen)) {
      expect(Rest, TokenKind::LeftParen, T);
      return true;
    }
    Out.emit(Rest.next());
    emitArguments(Rest);
    Out.emit(")");
    F = Flow::Ends;
    return true;
  }
  return false;
}

void Tier2Emitter::declareVariables(const Uop &U) {
  StringSet<> Seen;
  auto Declare = [&](const StackItem &Item) {
    if (!Item.Used || Item.isUnused() || !Seen.insert(Item.Name).second)
      return;
    StringRef Type = !Item.Type.empty() ? Item.Type : Profile.text(Item.isArray() ? "array" : "item");
    Out.line((Type + (Type.ends_with("*") ? "" : " ") + Item.Name + ";").str());
  };
  for (const StackItem &Input : reverse(U.Stack.Inputs))
    Declare(Input);
  for (const StackItem &Output : U.Stack.Outputs)
    Declare(Output);
}

bool Tier2Emitter::emitCase(const Uop &U, const std::optional<uops::Variant> &V, StringRef CaseName) {
  Variant = V;
  Failure = StackFailure();
  Out.emit(("case " + CaseName + ": {\n").str());
  if (V) {
    Out.line(fillTemplate(Profile.text("checkCached"), {{"depth", std::to_string(V->In)}}));
    Out.line(Profile.text("cacheBounds"));
  }
  declareVariables(U);
  ValueStack Stack(Profile, Failure);
  if (V)
    Stack.pushCached(ArrayRef(Registers).take_front(V->In), CachedNames, Out);
  readOparg(U, Profile, Out);
  Storage S = Storage::forUop(std::move(Stack), U, Out);
  readOperands(U, Profile, Out);
  Section Code{U.Name, U.Definition->Name.location(), U.Facts, &U};
  Flow F = emitBody(Code, S, /*Braces=*/false);
  if (failed())
    return false;
  if (F == Flow::GoesOn && V)
    cacheItems(S.Stack, V->Out, U.Props.Escapes || hasLargeBody(U, Profile.Stack));
  if (F == Flow::GoesOn || !V)
    S.flush(Out);
  Out.startLine();
  if (F == Flow::GoesOn && V)
    Out.line(Profile.text("cacheBounds"));
  if (!U.Props.AlwaysExits && (F == Flow::GoesOn || !V))
    Out.line(Profile.text("end"));
  Out.startLine();
  Out.emit("}");
  return true;
}

} // namespace stencilgen::lower
