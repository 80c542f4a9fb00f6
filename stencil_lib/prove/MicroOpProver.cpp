// See MicroOpProver.h.
#include "prove/MicroOpProver.h"
#include "prove/Solver.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include <deque>
#include <map>

using namespace llvm;

namespace stencilgen::prove {

namespace {

constexpr unsigned SmallVariants = 8, FirstVariants = 10, MaxVariants = GuestLayout::SlotCount / 2;
constexpr unsigned RandomStates = 24; ///< before anything is searched
constexpr unsigned MaxExtra = 24;     ///< times as many states where branches were not seen on both sides
constexpr size_t MaxCandidates = 1500, MaxCorpus = 64;

/// The branches of one stencil and which of their sides were seen.
class BranchTable {
public:
  explicit BranchTable(const StencilCode &Code)
      : Code(Code), Executed(Code.Facts.size()), Seen(Code.Facts.size()), Decides(Code.Facts.size(), -1) {
    for (size_t I = 0; I < Code.Facts.size(); ++I) {
      if (!Code.Facts[I].IsConditional)
        continue;
      for (size_t Before = I + 1; Before-- > 0;)
        if (Code.Facts[Before].IsCompare) {
          Decides[Before] = int(I);
          break;
        }
    }
  }

  /// Takes note of a run. True: it had something new.
  bool add(const Behaviour &Run) {
    bool IsNew = false;
    for (size_t I = 0; I < Run.Path.size(); ++I) {
      size_t Line = Run.Path[I];
      Executed[Line] = true;
      if (!Code.Facts[Line].IsConditional)
        continue;
      bool IsLast = I + 1 == Run.Path.size();
      if (IsLast && Run.How != Behaviour::Left)
        continue;
      // Behind the last instruction of the code is CONTINUE, where going straight on leads as well.
      bool GoesOn = IsLast ? Line + 1 == Code.Facts.size() && Run.Exit.What == Destination::Continue
                           : Run.Path[I + 1] == Line + 1;
      uint8_t Side = GoesOn ? 1 : 2;
      IsNew |= !(Seen[Line] & Side);
      Seen[Line] |= Side;
    }
    return IsNew;
  }

  /// True where the comparison at \p Line decides a branch that was only seen on one side.
  bool isWanted(size_t Line) const { return Decides[Line] >= 0 && Seen[Decides[Line]] != 3; }

  Coverage coverage() const {
    Coverage Result;
    Result.Executed = Executed;
    for (size_t I = 0; I < Code.Facts.size(); ++I) {
      if (!Code.Facts[I].IsConditional)
        continue;
      Result.Sides += 2;
      Result.Seen += (Seen[I] & 1) + (Seen[I] >> 1);
      for (bool Taken : {false, true})
        if (!(Seen[I] & (Taken ? 2 : 1)))
          Result.Unseen.push_back({I, Taken});
    }
    return Result;
  }

  bool isComplete() const {
    for (size_t I = 0; I < Code.Facts.size(); ++I)
      if (Code.Facts[I].IsConditional && Seen[I] != 3)
        return false;
    return true;
  }

private:
  const StencilCode &Code;
  std::vector<bool> Executed;
  std::vector<uint8_t> Seen; ///< by line: 1 went on, 2 taken
  std::vector<int> Decides;  ///< by line of a comparison: its branch
};

class MicroOpProver {
public:
  MicroOpProver(StringRef Name, const StencilCode &A, const StencilCode &B, const JudgeContext &Context,
                Emulator &Machine, const MicroOpOptions &Options)
      : A(A), B(B), Context(Context), Machine(Machine), Options(Options), BranchesA(A), BranchesB(B),
        Seed(Options.Seed) {
    Proof.Name = Name.str();
    Variants.reserve(MaxVariants);
    for (char C : Name)
      Seed = mix(Seed, uint8_t(C));
    collectPool();
  }

  MicroOpProof run() {
    for (unsigned I = 0; I < FirstVariants; ++I)
      if (!addVariant(firstVariant(I)) && I == 0 && !retryFirstVariant())
        return std::move(Proof);
    unsigned Tried = 0;
    while (Tried < Options.States || (wantsMore() && Tried < Options.States * MaxExtra)) {
      State Next = nextState(Tried++);
      if (!Done.insert(keyOf(Next)).second)
        continue;
      if (!tryState(Next))
        break;
    }
    Proof.OfA = BranchesA.coverage();
    Proof.OfB = BranchesB.coverage();
    if (Proof.Result != Verdict::Different)
      Proof.Result = Proof.Unknown < Proof.States ? Verdict::Same : Verdict::Unknown;
    if (Proof.Result == Verdict::Unknown && Proof.Problem.empty())
      Proof.Problem = "no state led to an end";
    return std::move(Proof);
  }

private:
  void collectPool() {
    for (const StencilCode *Code : {&A, &B})
      for (const CodeFacts &Facts : Code->Facts)
        if (Facts.IsCompare)
          append_range(Pool, Facts.Constants);
    for (const StencilCode *Code : {&A, &B})
      for (const Stencil *Part : {&Code->Group->Code, &Code->Group->Data})
        for (const Hole &H : Part->Holes)
          if (!H.Symbol.empty())
            Pool.push_back(symbolAddress(*Context.Layout, Context.Names->Symbols.at(H.Symbol)) +
                           (isRelative(H.Kind) ? 0 : uint64_t(H.Addend)));
    llvm::sort(Pool);
    Pool.erase(llvm::unique(Pool), Pool.end());
  }

  /// Arguments of instructions count things, most often few: each small number has its turn.
  State firstVariant(unsigned Number) const {
    State S{mix(Seed, 0x401e, Number), 0, {}};
    for (size_t I = 0; I < Context.Names->Numbers.size() && Number < SmallVariants; ++I)
      if (isSmallNumber(Context.Names->Numbers[I]))
        S.Plants.push_back({{Source::Hole, 0, I}, (Number + mix(Seed, 0x401e)) % SmallVariants});
    return S;
  }

  /// Fills the holes in another way. False: a value does not fit, and Proof.Problem says so.
  bool addVariant(State Values) {
    unsigned Index = Variants.size();
    Expected<PlacedStencil> Placed[] = {
        placeStencil(A, *Context.Layout, *Context.Names, Index, Values, Options.CodeAlignment),
        placeStencil(B, *Context.Layout, *Context.Names, MaxVariants + Index, Values, Options.CodeAlignment)};
    bool Fits = true;
    for (auto &P : Placed)
      if (!P) {
        Proof.Problem = toString(P.takeError());
        Fits = false;
      }
    if (!Fits)
      return false;
    Proof.Problem.clear();
    Variants.push_back({std::move(Values), std::move(*Placed[0]), std::move(*Placed[1])});
    Machine.load(Variants.back().A);
    Machine.load(Variants.back().B);
    return true;
  }

  /// Values that do not fit in a hole may be too big: all small ones, then.
  bool retryFirstVariant() {
    State Small{mix(Seed, 0x401e), 0, {}};
    for (size_t I = 0; I < Context.Names->Numbers.size(); ++I)
      Small.Plants.push_back({{Source::Hole, 0, I}, I + 1});
    return addVariant(std::move(Small));
  }

  bool wantsMore() const {
    return !(BranchesA.isComplete() && BranchesB.isComplete()) &&
           llvm::any_of(Candidates, [](const auto &C) { return !C.second.States.empty(); });
  }

  static uint64_t keyOf(const State &S) {
    uint64_t Key = mix(S.Seed, S.Holes);
    for (const Plant &P : S.Plants)
      Key ^= mix(mix(P.Where.Place, P.Where.What, P.Where.Epoch), P.Value);
    return Key;
  }

  State nextState(unsigned Number) {
    if (Number < RandomStates)
      return {mix(Seed, Number), unsigned(Number % Variants.size()), {}};
    if (std::optional<State> Next = nextCandidate())
      return std::move(*Next);
    if (Number % 2 == 0 || Corpus.empty())
      return {mix(Seed, Number), unsigned(mix(Number) % Variants.size()), {}};
    return changed(Number);
  }

  /// The branch that was tried least has its turn.
  std::optional<State> nextCandidate() {
    for (;;) {
      auto Least = Candidates.end();
      for (auto At = Candidates.begin(); At != Candidates.end(); ++At)
        if (!At->second.States.empty() &&
            (Least == Candidates.end() || At->second.Tries < Least->second.Tries))
          Least = At;
      if (Least == Candidates.end())
        return std::nullopt;
      auto &[Comparison, Queue] = *Least;
      if (!(Comparison.first ? BranchesA : BranchesB).isWanted(Comparison.second)) {
        Queue.States.clear();
        continue;
      }
      State Next = std::move(Queue.States.front());
      Queue.States.pop_front();
      ++Queue.Tries;
      return Next;
    }
  }

  /// A state that showed something new, with another value at some place that was read.
  State changed(unsigned Number) {
    uint64_t Random = mix(Seed, Number, 0x6e77);
    const Known &Parent = Corpus[Random % Corpus.size()];
    if (Parent.Inputs.empty())
      return {Random, Parent.From.Holes, {}};
    const Input &I = Parent.Inputs[mix(Random, 1) % Parent.Inputs.size()];
    if (mix(Random, 5) % 4 == 0) { // the same with other holes
      State Next = Parent.From;
      Next.Holes = mix(Random, 6) % Variants.size();
      return Next;
    }
    if (mix(Random, 2) % 2 && !Parent.Plants.empty())
      return withPlant(Parent.From, Parent.Plants[mix(Random, 3) % Parent.Plants.size()]);
    return withPlant(Parent.From, {I.Where, drawValue(mix(Random, 4), *Context.Layout, Pool)});
  }

  /// Runs both. False: they differ.
  bool tryState(const State &S) {
    const Variant &V = Variants[S.Holes];
    RunOptions Run = Options.Run;
    Run.Pool = &Pool;
    Behaviour OfA = Machine.run(V.A, S, Run), OfB = Machine.run(V.B, S, Run);
    ++Proof.States;
    bool IsNew = BranchesA.add(OfA);
    IsNew |= BranchesB.add(OfB);
    Judgement J =
        judge(V.A, OfA, V.B, OfB, Context, Options.IsShim ? setOf(Context.Cpu->CalleeSaved) : Context.Kept);
    if (J.Result == Verdict::Different) {
      Run.Detailed = true;
      Proof.Result = Verdict::Different;
      Proof.Found = CounterExample{S, J.First, Machine.run(V.A, S, Run), Machine.run(V.B, S, Run)};
      return false;
    }
    Proof.Unknown += J.Result == Verdict::Unknown;
    learn(S, OfA, true, IsNew);
    learn(S, OfB, false, IsNew);
    return true;
  }

  void learn(const State &S, const Behaviour &Run, bool IsOfA, bool IsNew) {
    const BranchTable &Branches = IsOfA ? BranchesA : BranchesB;
    const State Holes = Variants[S.Holes].Values;
    Known *Entry = nullptr;
    if (IsNew && IsOfA) {
      if (Corpus.size() >= MaxCorpus)
        Corpus.erase(Corpus.begin());
      Entry = &Corpus.emplace_back(Known{S, Run.Inputs, {}});
    }
    for (const Observation &Seen : Run.Observations) {
      bool IsWanted =
          Branches.isWanted(Seen.Line) && Candidates[{IsOfA, Seen.Line}].States.size() < MaxCandidates;
      if (!IsWanted && !Entry)
        continue;
      for (const Plant &P : solve(Seen, Run, S, Holes, *Context.Layout, Pool, *Context.Names)) {
        if (Entry && P.Where.What != Source::Hole)
          Entry->Plants.push_back(P);
        if (IsWanted)
          propose(S, P, Seen.Line, IsOfA);
      }
      if (IsWanted) {
        guess(S, Run, Seen, IsOfA);
        fillOtherwise(S, Seen, IsOfA);
      }
    }
  }

  /// The same state with other numbers in the holes.
  void fillOtherwise(const State &S, const Observation &Seen, bool IsOfA) {
    for (unsigned I = 0; I < Variants.size(); ++I) {
      State Next = S;
      Next.Holes = I;
      if (!Done.contains(keyOf(Next)))
        Candidates[{IsOfA, Seen.Line}].States.push_back(std::move(Next));
    }
  }

  /// What was read just before a comparison, with any other contents: bits of it may be what is compared.
  void guess(const State &S, const Behaviour &Run, const Observation &Seen, bool IsOfA) {
    static constexpr size_t Nearest = 6, Guesses = 4;
    for (size_t I = Seen.InputsBefore - std::min(Seen.InputsBefore, Nearest); I < Seen.InputsBefore; ++I)
      for (size_t Guess = 0; Guess < Guesses; ++Guess) {
        uint64_t Random = mix(S.Seed, mix(Seen.Line, I, Guess), Run.Inputs[I].Value);
        uint64_t Mask = Context.Layout->WordSize == 8 ? ~UINT64_C(0) : UINT32_MAX;
        uint64_t Value = Guess % 2 ? Random & Mask : drawValue(Random, *Context.Layout, Pool);
        propose(S, {Run.Inputs[I].Where, Value}, Seen.Line, IsOfA);
      }
  }

  void propose(const State &S, const Plant &P, size_t Line, bool IsOfA) {
    State Next = S;
    if (P.Where.What != Source::Hole) {
      Next = withPlant(S, P);
    } else {
      State Values = withPlant(Variants[S.Holes].Values, P);
      if (!Done.insert(keyOf(Values)).second || Variants.size() >= MaxVariants)
        return;
      std::string Problem = Proof.Problem;
      bool IsAdded = addVariant(std::move(Values));
      Proof.Problem = Problem;
      if (!IsAdded)
        return;
      Next.Holes = Variants.size() - 1;
    }
    if (!Done.contains(keyOf(Next)))
      Candidates[{IsOfA, Line}].States.push_back(std::move(Next));
  }

  struct Variant {
    State Values;
    PlacedStencil A, B;
  };
  /// States that may turn a comparison around.
  struct Queue {
    std::deque<State> States;
    unsigned Tries = 0;
  };
  struct Known {
    State From;
    std::vector<Input> Inputs;
    std::vector<Plant> Plants;
  };

  const StencilCode &A, &B;
  const JudgeContext &Context;
  Emulator &Machine;
  const MicroOpOptions &Options;
  BranchTable BranchesA, BranchesB;
  uint64_t Seed;
  std::vector<uint64_t> Pool;
  std::vector<Variant> Variants;
  std::map<std::pair<bool, size_t>, Queue> Candidates; ///< by: of A, line of the comparison
  std::vector<Known> Corpus;
  DenseSet<uint64_t> Done;
  MicroOpProof Proof;
};

} // namespace

MicroOpProof proveMicroOp(StringRef Name, const StencilCode &A, const StencilCode &B,
                          const JudgeContext &Context, Emulator &Machine, const MicroOpOptions &Options) {
  return MicroOpProver(Name, A, B, Context, Machine, Options).run();
}

} // namespace stencilgen::prove
