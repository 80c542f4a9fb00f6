// See Prove.h.
#include "prove/Prove.h"
#include "stencil/HoleExpression.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include <atomic>
#include <thread>

using namespace llvm;

namespace stencilgen::prove {

namespace {

/// Reads both sets into a ProofOfSets.
class SetPairer {
public:
  SetPairer(const InspectedSet &A, const InspectedSet &B, ProofOfSets &Result) : A(A), B(B), Result(Result) {}

  Error run() {
    auto Machine = MachineCode::create(A.Set->Triple);
    if (!Machine)
      return Machine.takeError();
    auto Decoder = Disassembler::create(A.Set->Triple);
    if (!Decoder)
      return Decoder.takeError();
    pair(**Machine);
    readPassed(**Machine, *Decoder);
    nameHoles();
    findSaves();
    Result.Functions = B.Set->Functions;
    Result.Functions.insert(A.Set->Functions.begin(), A.Set->Functions.end());
    for (std::vector<StencilCode> *Codes : {&Result.CodeA, &Result.CodeB})
      for (StencilCode &Code : *Codes)
        readCalls(Code, Result.Cpu, Result.Context.Passed);
    findKept(**Machine, *Decoder);
    return Error::success();
  }

private:
  /// The shim, which C calls, shows which of the registers that C's convention keeps stencils take arguments
  /// in. What else they read of them they save, and give back.
  void findKept(const MachineCode &Machine, const Disassembler &Decoder) {
    if (!Result.Shim)
      return;
    StencilCode Shim = readCode(*Result.Shim, decodeGroup(*Result.Shim, Decoder), Machine, Result.Cpu);
    readCalls(Shim, Result.Cpu, setOf(Result.Cpu.Arguments) | setOf(Result.Cpu.CalleeSaved));
    RegisterSet Given = 0;
    for (const CallSite &Site : Shim.Calls)
      Given |= Site.Definite;
    Result.Context.Kept = Result.Context.Passed & setOf(Result.Cpu.CalleeSaved) & ~Given;
  }

  void findSaves() {
    std::vector<SaveSlot> Slots = A.Set->Saves;
    llvm::copy_if(B.Set->Saves, std::back_inserter(Slots),
                  [&](const SaveSlot &Slot) { return !llvm::is_contained(A.Set->Saves, Slot); });
    for (const SaveSlot &Slot : Slots) {
      const RegisterList &Parameters =
          Slot.Convention == "preserve_none" ? Result.Cpu.NoneKept : Result.Cpu.Arguments;
      if (Slot.Parameter < Parameters.size())
        Result.Saves.push_back({Parameters[Slot.Parameter], Slot.Offset});
    }
  }

  /// The code of the groups that both sets have.
  void pair(const MachineCode &Machine) {
    auto Find = [](const InspectedSet &Set, StringRef Name) {
      auto Found = llvm::find_if(Set.Groups, [&](const StencilGroup *G) { return G->Name == Name; });
      return Found == Set.Groups.end() ? std::nullopt : std::optional<size_t>(Found - Set.Groups.begin());
    };
    for (auto [IndexA, Group] : enumerate(A.Groups)) {
      auto IndexB = Find(B, Group->Name);
      if (!IndexB) {
        Result.Alone.push_back({Group->Name, true});
        continue;
      }
      Result.CodeA.push_back(readCode(*Group, A.Code[IndexA], Machine, Result.Cpu));
      Result.CodeB.push_back(readCode(*B.Groups[*IndexB], B.Code[*IndexB], Machine, Result.Cpu));
    }
    for (const StencilGroup *Group : B.Groups)
      if (!Find(A, Group->Name))
        Result.Alone.push_back({Group->Name, false});
    if (B.Set->Shim)
      Result.Shim = &*B.Set->Shim;
  }

  /// What stencils hand to each other: all registers that some stencil of the second set, run here or not,
  /// expects.
  void readPassed(const MachineCode &Machine, const Disassembler &Decoder) {
    Result.Context.Passed = 0;
    for (const StencilGroup &Group : B.Set->Groups)
      Result.Context.Passed |= readCode(Group, decodeGroup(Group, Decoder), Machine, Result.Cpu).LiveIn;
    for (unsigned Index : {Result.Cpu.StackPointer, Result.Cpu.FramePointer})
      Result.Context.Passed &= ~(RegisterSet(1) << Index);
    if (Result.Cpu.Link)
      Result.Context.Passed &= ~(RegisterSet(1) << *Result.Cpu.Link);
  }

  void nameHoles() {
    std::set<std::string> Symbols, Exits, Values;
    for (const std::vector<StencilCode> *Codes : {&Result.CodeA, &Result.CodeB})
      for (const StencilCode &Code : *Codes) {
        Exits.insert(Code.Exits.begin(), Code.Exits.end());
        for (const Stencil *Part : {&Code.Group->Code, &Code.Group->Data})
          for (const Hole &H : Part->Holes) {
            if (!H.Symbol.empty())
              Symbols.insert(H.Symbol);
            if (!H.Value.empty() && H.Value != CodeValue && H.Value != DataValue && H.Value != FollowingCode)
              forEachHoleValue(H.Value, [&](StringRef Name) { Values.insert(Name.str()); });
          }
      }
    Exits.erase(FollowingCode);
    for (const std::string &Symbol : Symbols) {
      Result.Names.Symbols.emplace(Symbol, Result.Names.Symbols.size());
      Result.Context.Symbols.push_back(Symbol);
    }
    for (const std::string &Value : Values)
      if (Exits.count(Value) || StringRef(Value).ends_with("_TARGET")) {
        Result.Names.Exits.emplace(Value, Result.Names.Exits.size());
        Result.Context.Exits.push_back(Value);
      } else {
        Result.Names.Numbers.push_back(Value);
      }
  }

  const InspectedSet &A, &B;
  ProofOfSets &Result;
};

/// Enough for every target that can be run.
unsigned codeAlignment(const GuestCpu &Cpu) { return Cpu.Link ? 8 : 1; }

/// Which pairs, and then which of those that stand alone, the patterns choose.
Expected<std::vector<bool>> choose(const ProofOfSets &Pair, ArrayRef<std::string> Patterns) {
  std::vector<StringRef> Names;
  for (const StencilCode &Code : Pair.CodeA)
    Names.push_back(Code.Group->Name);
  for (const Unpaired &U : Pair.Alone)
    Names.push_back(U.Name);
  return matchNames(Names, Patterns);
}

/// Leaves only what was chosen.
void keepChosen(ProofOfSets &Pair, const std::vector<bool> &Chosen) {
  auto Keep = [&](auto &All, size_t First) {
    size_t To = 0;
    for (size_t I = 0; I < All.size(); ++I)
      if (Chosen[First + I] && To++ != I)
        All[To - 1] = std::move(All[I]);
    All.erase(All.begin() + To, All.end());
  };
  Keep(Pair.Alone, Pair.CodeA.size());
  Keep(Pair.Proofs, 0);
  Keep(Pair.CodeB, 0);
  Keep(Pair.CodeA, 0);
}

Error proveAll(ProofOfSets &Pair, const ProveOptions &Options, const std::vector<bool> &Chosen) {
  size_t Count = Pair.CodeA.size();
  Pair.Proofs.resize(Count);
  std::atomic<size_t> Next = 0;
  unsigned Threads = std::max(1u, std::min<unsigned>(Options.Threads, Count));
  std::vector<std::unique_ptr<Emulator>> Machines;
  for (unsigned I = 0; I < Threads; ++I) {
    auto Machine = Emulator::create(Pair.Cpu, Pair.Layout);
    if (!Machine)
      return Machine.takeError();
    Machines.push_back(std::move(*Machine));
  }
  auto Work = [&](Emulator &Machine) {
    for (size_t I; (I = Next++) < Count;)
      if (Chosen[I])
        Pair.Proofs[I] = provePair(Pair, I, Machine, Options);
  };
  std::vector<std::thread> Workers;
  for (unsigned I = 1; I < Threads; ++I)
    Workers.emplace_back(Work, std::ref(*Machines[I]));
  Work(*Machines[0]);
  for (std::thread &Worker : Workers)
    Worker.join();
  return Error::success();
}

} // namespace

namespace {
/// What a function's prototype says of its arguments.
struct DeclaredArguments {
  RegisterSet Registers;
  size_t StackWords;
};
} // namespace

/// None where there is no prototype, or it leaves that open.
static std::optional<DeclaredArguments> declaredArguments(const ProofOfSets &Pair,
                                                          const std::string &Symbol) {
  auto Found = Pair.Functions.find(Symbol);
  if (Found == Pair.Functions.end())
    return std::nullopt;
  const Prototype &Takes = Found->second;
  const GuestCpu &Cpu = Pair.Cpu;
  // On Windows a number takes the place of a register of the other kind.
  if (Takes.IsVariadic || (Takes.Floats && Cpu.StackArguments))
    return std::nullopt;
  DeclaredArguments Result{0, 0};
  for (auto [List, Count] :
       {std::pair(&Cpu.Arguments, Takes.Integers), {&Cpu.FloatArguments, Takes.Floats}}) {
    for (unsigned Register : ArrayRef(*List).take_front(Count))
      Result.Registers |= RegisterSet(1) << Register;
    Result.StackWords += Count - std::min<size_t>(Count, List->size());
  }
  return Result;
}

/// Which registers each symbol takes and which symbols do not return, from all places where they are called
/// but those of the stencil on trial: wrong code must not talk itself out of it.
static void findArguments(const ProofOfSets &Pair, size_t OnTrial, JudgeContext &Context,
                          std::vector<bool> &NoReturn) {
  size_t Count = Pair.Names.Symbols.size();
  std::vector<RegisterSet> Defined(Count, ~RegisterSet(0));
  std::vector<unsigned> Sites(Count);
  std::vector<std::vector<unsigned>> Definite(Count, std::vector<unsigned>(Pair.Cpu.Registers.size()));
  NoReturn.assign(Count, false);
  for (bool IsOfA : {true, false})
    for (auto [Index, Code] : enumerate(IsOfA ? Pair.CodeA : Pair.CodeB))
      for (const CallSite &Site : Code.Calls) {
        auto Symbol = Pair.Names.Symbols.find(Site.Callee);
        if (Symbol == Pair.Names.Symbols.end())
          continue;
        unsigned Number = Symbol->second;
        ++Sites[Number];
        for (unsigned R = 0; R < Pair.Cpu.Registers.size(); ++R)
          Definite[Number][R] += Site.Definite >> R & 1;
        if (!IsOfA || Index != OnTrial)
          Defined[Number] &= Site.Defined;
        if (!IsOfA && !Site.Returns)
          NoReturn[Number] = true;
      }
  Context.SymbolArguments.clear();
  Context.SymbolStackWords.clear();
  for (size_t Number = 0; Number < Count; ++Number) {
    // What is written for nothing else in a few places only is left over from something.
    RegisterSet Taken = 0;
    for (unsigned R = 0; R < Pair.Cpu.Registers.size(); ++R)
      if (Definite[Number][R] && Definite[Number][R] * 5 >= Sites[Number])
        Taken |= RegisterSet(1) << R;
    auto Declared = declaredArguments(Pair, Context.Symbols[Number]);
    Context.SymbolArguments.push_back(Declared ? Declared->Registers
                                               : argumentsOf(Taken & Defined[Number], Pair.Cpu));
    Context.SymbolStackWords.push_back(Declared ? Declared->StackWords : SIZE_MAX);
  }
}

MicroOpProof provePair(const ProofOfSets &Pair, size_t Index, Emulator &Machine,
                       const ProveOptions &Options) {
  const StencilCode &A = Pair.CodeA[Index], &B = Pair.CodeB[Index];
  MicroOpOptions MicroOp{Options.Seed, Options.States, codeAlignment(Pair.Cpu), {}};
  MicroOp.IsShim = B.Group == Pair.Shim;
  JudgeContext Context = Pair.Context;
  std::vector<bool> NoReturn;
  findArguments(Pair, Index, Context, NoReturn);
  MicroOp.Run.NoReturn = &NoReturn;
  if (!MicroOp.IsShim)
    MicroOp.Run.Saves = Pair.Saves;
  MicroOp.Run.Passed =
      MicroOp.IsShim ? setOf(Pair.Cpu.Arguments) | setOf(Pair.Cpu.CalleeSaved) : Pair.Context.Passed;
  return proveMicroOp(B.Group->Name, A, B, Context, Machine, MicroOp);
}

size_t ProofOfSets::count(Verdict V) const {
  return llvm::count_if(Proofs, [V](const MicroOpProof &P) { return P.Result == V; });
}

Coverage ProofOfSets::coverage(bool OfA) const {
  Coverage Sum;
  for (const MicroOpProof &P : Proofs) {
    const Coverage &C = OfA ? P.OfA : P.OfB;
    Sum.Sides += C.Sides;
    Sum.Seen += C.Seen;
  }
  return Sum;
}

Expected<std::unique_ptr<ProofOfSets>> pairSets(const InspectedSet &A, const InspectedSet &B) {
  Triple First(A.Set->Triple), Second(B.Set->Triple); // vendors may differ
  if (First.getArch() != Second.getArch() || First.getOS() != Second.getOS() ||
      First.getEnvironment() != Second.getEnvironment())
    return makeError("expected two sets of one target, found " + A.Set->Triple + " and " + B.Set->Triple);
  auto Cpu = guestCpuFor(Triple(A.Set->Triple));
  if (!Cpu)
    return Cpu.takeError();
  auto Result = std::make_unique<ProofOfSets>();
  Result->Cpu = std::move(*Cpu);
  Result->Layout = layoutFor(Result->Cpu.WordSize, Result->Cpu.IsBigEndian, Result->Cpu.EntryAlignment,
                             Result->Cpu.AboveStack);
  Result->Context.Cpu = &Result->Cpu;
  Result->Context.Layout = &Result->Layout;
  Result->Context.Names = &Result->Names;
  if (Error E = SetPairer(A, B, *Result).run())
    return E;
  return std::move(Result);
}

Expected<std::unique_ptr<ProofOfSets>> proveSets(const InspectedSet &A, const InspectedSet &B,
                                                 const ProveOptions &Options) {
  auto Pair = pairSets(A, B);
  if (!Pair)
    return Pair.takeError();
  auto Chosen = choose(**Pair, Options.Patterns);
  if (!Chosen)
    return withFile(Chosen.takeError(), A.File);
  if (Error E = proveAll(**Pair, Options, *Chosen))
    return E;
  keepChosen(**Pair, *Chosen);
  return Pair;
}

} // namespace stencilgen::prove
