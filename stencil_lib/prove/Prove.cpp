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

class SetProver {
public:
  SetProver(const InspectedSet &A, const InspectedSet &B, const ProveOptions &Options, ProofOfSets &Result)
      : A(A), B(B), Options(Options), Result(Result) {}

  Error run() {
    if (Error E = pair())
      return E;
    nameHoles();
    findArguments();
    return runAll();
  }

private:
  /// The code of the groups that both sets have.
  Error pair() {
    auto Machine = MachineCode::create(A.Set->Triple);
    if (!Machine)
      return Machine.takeError();
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
      Result.CodeA.push_back(readCode(*Group, A.Code[IndexA], **Machine, Result.Cpu));
      Result.CodeB.push_back(readCode(*B.Groups[*IndexB], B.Code[*IndexB], **Machine, Result.Cpu));
    }
    for (const StencilGroup *Group : B.Groups)
      if (!Find(A, Group->Name))
        Result.Alone.push_back({Group->Name, false});
    return readPassed(**Machine);
  }

  /// What stencils hand to each other: all registers that some stencil of either set, run here or not,
  /// expects.
  Error readPassed(const MachineCode &Machine) {
    Result.Context.Passed = 0;
    auto Decoder = Disassembler::create(A.Set->Triple);
    if (!Decoder)
      return Decoder.takeError();
    for (const InspectedSet *Set : {&A, &B})
      for (const StencilGroup &Group : Set->Set->Groups)
        Result.Context.Passed |= readCode(Group, decodeGroup(Group, *Decoder), Machine, Result.Cpu).LiveIn;
    for (unsigned Index : {Result.Cpu.StackPointer, Result.Cpu.FramePointer})
      Result.Context.Passed &= ~(RegisterSet(1) << Index);
    if (Result.Cpu.Link)
      Result.Context.Passed &= ~(RegisterSet(1) << *Result.Cpu.Link);
    return Error::success();
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

  /// What symbols take and whether they return, from all places where they are called.
  void findArguments() {
    std::vector<RegisterSet> Definite(Result.Names.Symbols.size()), Defined(Definite.size(), ~RegisterSet(0));
    NoReturn.assign(Definite.size(), false);
    for (std::vector<StencilCode> *Codes : {&Result.CodeA, &Result.CodeB})
      for (StencilCode &Code : *Codes) {
        readCalls(Code, Result.Cpu, Result.Context.Passed);
        for (const CallSite &Site : Code.Calls) {
          auto Symbol = Result.Names.Symbols.find(Site.Callee);
          if (Symbol == Result.Names.Symbols.end())
            continue;
          Definite[Symbol->second] |= Site.Definite;
          Defined[Symbol->second] &= Site.Defined;
          if (!Site.Returns)
            NoReturn[Symbol->second] = true;
        }
      }
    for (auto [TakesSurely, MayTake] : zip_equal(Definite, Defined))
      Result.Context.SymbolArguments.push_back(argumentsOf(TakesSurely & MayTake, Result.Cpu));
  }

  Error runAll() {
    size_t Count = Result.CodeA.size();
    Result.Proofs.resize(Count);
    std::atomic<size_t> Next = 0;
    unsigned Threads = std::max(1u, std::min<unsigned>(Options.Threads, Count));
    std::vector<std::unique_ptr<Emulator>> Machines;
    for (unsigned I = 0; I < Threads; ++I) {
      auto Machine = Emulator::create(Result.Cpu, Result.Layout);
      if (!Machine)
        return Machine.takeError();
      Machines.push_back(std::move(*Machine));
    }
    auto Work = [&](Emulator &Machine) {
      MicroOpOptions MicroOp{Options.Seed, Options.States, codeAlignment(), {}};
      MicroOp.Run.NoReturn = &NoReturn;
      for (size_t I; (I = Next++) < Count;) {
        MicroOp.IsShim = A.Set->Shim && Result.CodeA[I].Group == &*A.Set->Shim;
        MicroOp.Run.Passed = MicroOp.IsShim ? setOf(Result.Cpu.Arguments) | setOf(Result.Cpu.CalleeSaved)
                                            : Result.Context.Passed;
        Result.Proofs[I] = proveMicroOp(Result.CodeA[I].Group->Name, Result.CodeA[I], Result.CodeB[I],
                                        Result.Context, Machine, MicroOp);
      }
    };
    std::vector<std::thread> Workers;
    for (unsigned I = 1; I < Threads; ++I)
      Workers.emplace_back(Work, std::ref(*Machines[I]));
    Work(*Machines[0]);
    for (std::thread &Worker : Workers)
      Worker.join();
    return Error::success();
  }

  /// Enough for every target that can be run.
  unsigned codeAlignment() const { return Result.Cpu.Link ? 8 : 1; }

  const InspectedSet &A, &B;
  const ProveOptions &Options;
  ProofOfSets &Result;
  std::vector<bool> NoReturn;
};

} // namespace

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

Expected<std::unique_ptr<ProofOfSets>> proveSets(const InspectedSet &A, const InspectedSet &B,
                                                 const ProveOptions &Options) {
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
  if (Error E = SetProver(A, B, Options, *Result).run())
    return E;
  return std::move(Result);
}

} // namespace stencilgen::prove
