// See Judge.h.
#include "prove/Judge.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen::prove {

static std::string hex(uint64_t Number) { return "0x" + utohexstr(Number, true); }

RegisterSet argumentsOf(RegisterSet Definite, const GuestCpu &Cpu) {
  RegisterSet Arguments = 0;
  for (const RegisterList *List : {&Cpu.Arguments, &Cpu.FloatArguments}) {
    size_t Count = List->size();
    while (Count > 0 && !(Definite >> (*List)[Count - 1] & 1))
      --Count;
    for (size_t I = 0; I < Count; ++I)
      Arguments |= RegisterSet(1) << (*List)[I];
  }
  return Arguments;
}

std::string destinationText(const Destination &To, const JudgeContext &Context) {
  switch (To.What) {
  case Destination::Continue:
    return FollowingCode;
  case Destination::Exit:
    return Context.Exits[To.Index];
  case Destination::Return:
    return "the caller";
  case Destination::Symbol:
    return Context.Symbols[To.Index];
  case Destination::Other:
    break;
  }
  return hex(To.Address);
}

namespace {

class Judge {
public:
  Judge(const PlacedStencil &PlacedA, const Behaviour &A, const PlacedStencil &PlacedB, const Behaviour &B,
        const JudgeContext &Context, RegisterSet Kept)
      : PlacedA(PlacedA), PlacedB(PlacedB), A(A), B(B), Context(Context), Kept(Kept) {}

  Judgement run() {
    size_t Common = std::min(A.Calls.size(), B.Calls.size());
    for (size_t I = 0; I < Common; ++I)
      if (!compareCalls(I))
        return {Verdict::Different, First};
    bool EndedA = isEnd(A), EndedB = isEnd(B);
    if (!EndedA && !EndedB)
      return {Verdict::Unknown, {}};
    if (A.How == Behaviour::Endless || B.How == Behaviour::Endless)
      return {Verdict::Unknown, {}};
    if (!EndedB) // what the second does has no meaning here
      return {Verdict::Unknown, {}};
    if (!EndedA) {
      First.What = "only the first goes to memory that there is not, at " + hex(A.FaultAddress);
      return {Verdict::Different, First};
    }
    if (A.Calls.size() != B.Calls.size()) {
      bool More = A.Calls.size() > B.Calls.size();
      const CallEvent &Extra = (More ? A : B).Calls[Common];
      First.Call = Common;
      First.What = std::string("only the ") + (More ? "first" : "second") + " calls " + text(Extra.Target);
      return {Verdict::Different, First};
    }
    return compareEnds() ? Judgement{Verdict::Same, {}} : Judgement{Verdict::Different, First};
  }

private:
  static bool isEnd(const Behaviour &X) { return X.How == Behaviour::Left || X.How == Behaviour::NoReturn; }
  std::string text(const Destination &To) const { return destinationText(To, Context); }

  bool fail(const Twine &What, std::optional<size_t> Call, bool IsMemory = false) {
    First = {What.str(), Call, IsMemory};
    return false;
  }

  bool sameRegister(unsigned Index, const std::vector<uint64_t> &InA,
                    const std::vector<uint64_t> &InB) const {
    return PlacedA.canonical(InA[Index]) == PlacedB.canonical(InB[Index]);
  }

  std::string valuesText(unsigned Index, const std::vector<uint64_t> &InA,
                         const std::vector<uint64_t> &InB) const {
    return Context.Cpu->Registers[Index].Name + " is " + hex(InA[Index]) + " and " + hex(InB[Index]);
  }

  /// True: the address is computed, and happens to be a function's.
  static bool isComputed(const PlacedStencil &Placed, const CallEvent &Event) {
    return Placed.Code->Decoded.Lines[Event.Line].Callee.empty();
  }

  RegisterSet argumentsAt(const CallEvent &CallA, const CallEvent &CallB) const {
    if (CallA.Target.What == Destination::Symbol &&
        !(isComputed(PlacedA, CallA) && isComputed(PlacedB, CallB)))
      return Context.SymbolArguments[CallA.Target.Index];
    if (CallA.Target.What != Destination::Other && CallA.Target.What != Destination::Symbol)
      return Context.Passed; // another stencil
    RegisterSet Definite = 0, Defined = ~RegisterSet(0);
    for (auto [Placed, Event] : {std::pair(&PlacedA, &CallA), {&PlacedB, &CallB}})
      for (const CallSite &Site : Placed->Code->Calls)
        if (Site.Line == Event->Line) {
          Definite |= Site.Definite;
          if (Placed == &PlacedB) // the first is on trial
            Defined &= Site.Defined;
        }
    return argumentsOf(Definite & Defined, *Context.Cpu);
  }

  bool compareCalls(size_t I) {
    const CallEvent &CallA = A.Calls[I], &CallB = B.Calls[I];
    if (!(CallA.Target == CallB.Target))
      return fail("call " + Twine(I + 1) + " goes to " + text(CallA.Target) + " and to " + text(CallB.Target),
                  I);
    std::string Name = text(CallA.Target);
    RegisterSet Arguments = argumentsAt(CallA, CallB);
    for (unsigned Index = 0; Index < Context.Cpu->Registers.size(); ++Index)
      if (Arguments >> Index & 1 && !sameRegister(Index, CallA.Registers, CallB.Registers))
        return fail("call of " + Name + ": " + valuesText(Index, CallA.Registers, CallB.Registers), I);
    unsigned Stack = Context.Cpu->StackPointer;
    if ((CallA.Registers[Stack] ^ CallB.Registers[Stack]) & 15)
      return fail("call of " + Name + ": the stack is not aligned, " +
                      valuesText(Stack, CallA.Registers, CallB.Registers),
                  I);
    if (CallA.Memory != CallB.Memory)
      return fail("memory differs when " + Name + " is called", I, true);
    return compareStack(I, Arguments) && comparePointees(I, Arguments);
  }

  /// Arguments on the stack: there are some only where all registers are arguments. What the second wrote
  /// there for this call and does not read itself is one.
  bool compareStack(size_t I, RegisterSet Arguments) {
    const CallEvent &CallA = A.Calls[I], &CallB = B.Calls[I];
    RegisterSet Registers = setOf(Context.Cpu->Arguments);
    if (Context.Cpu->ArgumentsOnStack || (Arguments & Registers) != Registers)
      return true;
    size_t Count = CallB.Stack.size();
    if (CallA.Target.What == Destination::Symbol)
      Count = std::min<size_t>(Count, Context.SymbolStackWords[CallA.Target.Index]);
    for (size_t Word = 0; Word < Count; ++Word) {
      const FrameWord &Wanted = CallB.Stack[Word];
      if (!Wanted.IsFresh || Wanted.IsReread)
        return true;
      if (Word >= CallA.Stack.size() || CallA.Stack[Word].Value != Wanted.Value)
        return fail("call of " + text(CallA.Target) + ": word " + Twine(Word) + " on the stack is " +
                        (Word < CallA.Stack.size() ? hex(CallA.Stack[Word].Value) : "not written") + " and " +
                        hex(Wanted.Value),
                    I);
    }
    return true;
  }

  /// How many words a call may read from a pointer into the frame: one, or as many as another argument says.
  size_t countOf(const CallEvent &Event, RegisterSet Arguments) const {
    size_t Count = 1;
    uint64_t Mask = (UINT64_C(1) << (Context.Layout->WordSize * 8 - 1)) - 1;
    for (unsigned Index = 0; Index < Event.Registers.size(); ++Index)
      if (uint64_t Value = Event.Registers[Index] & Mask; Arguments >> Index & 1 && Value <= 64)
        Count = std::max<size_t>(Count, Value);
    return Count;
  }

  bool comparePointees(size_t I, RegisterSet Arguments) {
    const CallEvent &CallA = A.Calls[I], &CallB = B.Calls[I];
    size_t Count = countOf(CallA, Arguments);
    for (const auto &[Number, WordsA] : CallA.Pointees)
      for (const auto &[Other, WordsB] : CallB.Pointees) {
        if (Number != Other || Number >= Context.Cpu->Arguments.size() ||
            !(Arguments >> Context.Cpu->Arguments[Number] & 1))
          continue;
        for (size_t Word = 0; Word < std::min({Count, WordsA.size(), WordsB.size()}); ++Word)
          if (WordsA[Word].Value != WordsB[Word].Value)
            return fail("call of " + text(CallA.Target) + ": argument " + Twine(Number + 1) + " points to " +
                            hex(WordsA[Word].Value) + " and " + hex(WordsB[Word].Value) + " in word " +
                            Twine(Word),
                        I);
        for (size_t Word = WordsA.size(); Word < std::min(Count, WordsB.size()); ++Word)
          if (WordsB[Word].IsFresh)
            return fail("call of " + text(CallA.Target) + ": argument " + Twine(Number + 1) + " points to " +
                            hex(WordsB[Word].Value) + " in word " + Twine(Word) + " in the second only",
                        I);
      }
    return true;
  }

  bool compareEnds() {
    if (A.How != B.How)
      return fail("only one ends with a call that does not return", std::nullopt);
    if (A.How == Behaviour::NoReturn)
      return true;
    if (!(A.Exit == B.Exit))
      return fail("goes on to " + text(A.Exit) + " and to " + text(B.Exit), std::nullopt);
    RegisterSet Compared = A.Exit.What == Destination::Return
                               ? RegisterSet(1) << Context.Cpu->Results[0] | Kept
                               : Context.Passed;
    for (unsigned Index = 0; Index < Context.Cpu->Registers.size(); ++Index)
      if (Compared >> Index & 1 && !sameRegister(Index, A.Registers, B.Registers))
        return fail("on the way to " + text(A.Exit) + " " + valuesText(Index, A.Registers, B.Registers),
                    std::nullopt);
    RegisterList Kept{Context.Cpu->StackPointer, Context.Cpu->FramePointer};
    if (Context.Cpu->Link && A.Exit.What != Destination::Return)
      Kept.push_back(*Context.Cpu->Link);
    for (unsigned Index : Kept)
      if (A.Registers[Index] != B.Registers[Index])
        return fail("on the way to " + text(A.Exit) + " " + valuesText(Index, A.Registers, B.Registers),
                    std::nullopt);
    if (A.Memory != B.Memory)
      return fail("memory differs on the way to " + text(A.Exit), std::nullopt, true);
    return compareObjects();
  }

  /// The second may read what it has no use for, as code that was not optimized does.
  bool compareObjects() {
    for (uint64_t Object : A.Objects)
      if (!llvm::is_contained(B.Objects, Object))
        return fail("only the first touches memory near " + hex(Object), std::nullopt);
    return true;
  }

  const PlacedStencil &PlacedA, &PlacedB;
  const Behaviour &A, &B;
  const JudgeContext &Context;
  RegisterSet Kept;
  Difference First;
};

} // namespace

Judgement judge(const PlacedStencil &PlacedA, const Behaviour &A, const PlacedStencil &PlacedB,
                const Behaviour &B, const JudgeContext &Context, RegisterSet Kept) {
  return Judge(PlacedA, A, PlacedB, B, Context, Kept).run();
}

} // namespace stencilgen::prove
