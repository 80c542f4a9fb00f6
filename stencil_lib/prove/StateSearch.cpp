// See StateSearch.h.
#include "prove/StateSearch.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen::prove {

namespace {

constexpr unsigned RandomStates = 24; ///< before anything is searched
constexpr size_t MaxCandidates = 1500, MaxSelections = 120, MaxCorpus = 96, MaxRepairs = 64;

uint64_t keyOf(const State &S) {
  uint64_t Key = mix(S.Seed, S.Holes);
  for (const Plant &P : S.Plants)
    Key ^= mix(mix(P.Where.Place, P.Where.What, P.Where.Epoch), P.Value);
  return Key;
}

} // namespace

std::optional<State> StateSearch::next(unsigned Number) {
  State Next = choose(Number);
  return Done.insert(keyOf(Next)).second ? std::optional(std::move(Next)) : std::nullopt;
}

bool StateSearch::wantsMore() const {
  if (!Variations.empty())
    return true;
  return !(Branches[0].isComplete() && Branches[1].isComplete()) &&
         (!Repairs.empty() ||
          llvm::any_of(Candidates, [](const auto &C) { return !C.second.States.empty(); }));
}

State StateSearch::choose(unsigned Number) {
  uint64_t Random = mix(Context.Seed, Number, 0x6e77);
  State Any{mix(Context.Seed, Number), unsigned(Number % Context.Holes.size()), {}};
  if (Number < RandomStates)
    return Any;
  if (Number % 8 == 0 && !Corpus.empty())
    return changed(Random);
  if (!Variations.empty() && Number % 4 < 2) {
    State Next = std::move(Variations.front());
    Variations.pop_front();
    return Next;
  }
  if (Number % 2 == 1)
    if (std::optional<State> Next = nextRepair())
      return std::move(*Next);
  if (std::optional<State> Next = nextCandidate())
    return std::move(*Next);
  return Number % 2 == 0 || Corpus.empty() ? Any : changed(Random);
}

/// The branch that was tried least has its turn.
std::optional<State> StateSearch::nextCandidate() {
  for (;;) {
    auto Least = Candidates.end();
    for (auto At = Candidates.begin(); At != Candidates.end(); ++At)
      if (!At->second.States.empty() && (Least == Candidates.end() || At->second.Tries < Least->second.Tries))
        Least = At;
    if (Least == Candidates.end())
      return std::nullopt;
    auto &[Comparison, From] = *Least;
    const BranchTable &Of = Branches[Comparison.first];
    if (!Of.isWanted(Comparison.second) && !Of.isSelection(Comparison.second)) {
      From.States.clear();
      continue;
    }
    State Next = std::move(From.States.front());
    From.States.pop_front();
    ++From.Tries;
    return Next;
  }
}

std::optional<State> StateSearch::nextRepair() {
  if (Repairs.empty())
    return std::nullopt;
  State Next = std::move(Repairs.back()); // the newest got furthest
  Repairs.pop_back();
  return Next;
}

/// Preferably a state that led to a branch of which one side is rare.
const StateSearch::Known &StateSearch::parent(uint64_t Random) const {
  for (unsigned Try = 0; Try < 4; ++Try) {
    const Known &K = Corpus[mix(Random, Try) % Corpus.size()];
    if (llvm::any_of(K.Shown, [&](auto Branch) { return Branches[Branch.first].isRare(Branch.second); }))
      return K;
  }
  return Corpus[Random % Corpus.size()];
}

/// A state that showed something new, with other values at one to three places that were read.
State StateSearch::changed(uint64_t Random) const {
  const Known &Parent = parent(Random);
  State Next = Parent.From;
  do {
    Next = changedOnce(Parent, std::move(Next), Random);
    Random = mix(Random, 9);
  } while (Random % 5 < 2);
  return Next;
}

State StateSearch::changedOnce(const Known &Parent, State Next, uint64_t Random) const {
  if (Parent.Inputs.empty() || mix(Random, 5) % 8 == 0) { // other holes
    Next.Holes = mix(Random, 6) % Context.Holes.size();
    return Next;
  }
  if (mix(Random, 2) % 4 == 0 && !Parent.Plants.empty())
    return withPlant(Next, Parent.Plants[mix(Random, 3) % Parent.Plants.size()]);
  const Input &I = Parent.Inputs[mix(Random, 1) % Parent.Inputs.size()];
  uint64_t Word = stateValue(Parent.From, I.Where, *Context.Layout, *Context.Pool);
  switch (mix(Random, 7) % 4) {
  case 0: // a tag
    return withPlant(Next, {I.Where, Word ^ (1 + mix(Random, 8) % 3)});
  case 1: // one bit
    return withPlant(Next, {I.Where, Word ^ UINT64_C(1) << mix(Random, 8) % (Context.Layout->WordSize * 8)});
  default:
    return withPlant(Next, {I.Where, drawValue(mix(Random, 4), *Context.Layout, *Context.Pool)});
  }
}

/// An argument of the instruction that is one more, all other holes the same: guards compare with those.
void StateSearch::varyNumbers(const State &S) {
  static constexpr size_t MaxHoles = 26; // the rest is for comparisons with holes
  const State Holes = Context.Holes[S.Holes];
  for (size_t I = 0; I < Context.Names->Numbers.size() && Context.Holes.size() < MaxHoles; ++I) {
    if (!isSmallNumber(Context.Names->Numbers[I]))
      continue;
    uint64_t Number = holeNumber(Context.Names->Numbers[I], Holes, *Context.Names, *Context.Layout);
    State Values = withPlant(Holes, {{Source::Hole, 0, I}, (Number + 1) % 8});
    if (!Done.insert(keyOf(Values)).second || !Context.AddHoles(std::move(Values)))
      continue;
    State Next = S;
    Next.Holes = Context.Holes.size() - 1;
    Variations.push_back(std::move(Next));
  }
}

/// What an instruction chooses by a condition often goes together with a number in a hole.
void StateSearch::varySelections(const State &S, const Behaviour &Run) {
  static constexpr size_t MaxSelected = 3, MaxPlants = 2;
  size_t Selected = 0;
  for (const Observation &Seen : Run.Observations) {
    if (!Branches[0].isSelection(Seen.Line) || Selected++ >= MaxSelected)
      continue;
    std::vector<Plant> Plants =
        solve(Seen, Run, S, Context.Holes[S.Holes], *Context.Layout, *Context.Pool, *Context.Names);
    for (size_t P = 0; P < std::min(Plants.size(), MaxPlants); ++P)
      for (unsigned I = 0; I < Context.Holes.size() && Plants[P].Where.What != Source::Hole; ++I) {
        State Next = withPlant(S, Plants[P]);
        Next.Holes = I;
        Variations.push_back(std::move(Next));
      }
  }
}

/// Each comparison on the way with another outcome, all else the same: branches depend on each other.
void StateSearch::varyOutcomes(const State &S, const Behaviour &Run) {
  static constexpr size_t MaxLines = 12, MaxPlants = 2;
  SmallVector<size_t, MaxLines> Lines;
  for (const Observation &Seen : Run.Observations) {
    if (is_contained(Lines, Seen.Line) || Lines.size() >= MaxLines)
      continue;
    Lines.push_back(Seen.Line);
    std::vector<Plant> Plants =
        solve(Seen, Run, S, Context.Holes[S.Holes], *Context.Layout, *Context.Pool, *Context.Names);
    for (size_t P = 0; P < std::min(Plants.size(), MaxPlants); ++P)
      if (Plants[P].Where.What != Source::Hole)
        Variations.push_back(withPlant(S, Plants[P]));
  }
}

/// Two pointers may lead to the same object.
void StateSearch::varyPointers(const State &S, const Behaviour &Run) {
  static constexpr size_t MaxPointers = 5;
  SmallVector<const Input *, MaxPointers> Pointers;
  for (const Input &I : Run.Inputs)
    if (I.Value - Context.Layout->Heap < Context.Layout->HeapSize && I.Where.What != Source::Register &&
        I.Size == Context.Layout->WordSize && Pointers.size() < MaxPointers)
      Pointers.push_back(&I);
  for (const Input *I : Pointers)
    for (const Input *Other : Pointers)
      if (I->Value != Other->Value)
        Variations.push_back(withPlant(S, {I->Where, Other->Value}));
}

/// What does the same with any numbers in the holes, with or without tags and whatever calls change, is tried
/// with those.
void StateSearch::vary(const State &S, const Behaviour &Run) {
  static constexpr size_t MaxInputs = 16, MaxVariations = 3000;
  if (Variations.size() > MaxVariations)
    return;
  for (unsigned I = 0; I < Context.Holes.size(); ++I) {
    State Next = S;
    Next.Holes = I;
    Variations.push_back(std::move(Next));
  }
  varyNumbers(S);
  varySelections(S, Run);
  varyOutcomes(S, Run);
  size_t Count = 0;
  for (const Input &I : Run.Inputs)
    if (I.Size < Context.Layout->WordSize && Count++ < MaxInputs)
      Variations.push_back(withPlant(S, inPlace(S, I, mix(S.Seed, Count))));
    else if (I.Size == Context.Layout->WordSize && Count++ < MaxInputs)
      Variations.push_back(
          withPlant(S, {I.Where, stateValue(S, I.Where, *Context.Layout, *Context.Pool) ^ (1 + Count % 3)}));
  varyPointers(S, Run);
  for (const Source &Where : Run.Reloads)
    Variations.push_back(
        withPlant(S, {Where, drawPointer(mix(S.Seed, Where.Place, Where.Epoch), *Context.Layout)}));
}

/// Each comparison is made once with values that are just equal, or differ as little as they can.
void StateSearch::varyComparisons(const State &S, const Behaviour &Run, bool IsOfA) {
  static constexpr size_t Nearest = 16;
  for (const Observation &Seen : Run.Observations) {
    if (!Varied.insert({!IsOfA, Seen.Line}).second)
      continue;
    std::vector<Plant> Plants =
        solve(Seen, Run, S, Context.Holes[S.Holes], *Context.Layout, *Context.Pool, *Context.Names);
    for (size_t I = 0; I < std::min(Plants.size(), Nearest); ++I)
      if (Plants[I].Where.What != Source::Hole)
        Variations.push_back(withPlant(S, Plants[I]));
  }
}

void StateSearch::learn(const State &S, const Behaviour &A, const Behaviour &B, bool IsCompared) {
  std::vector<std::pair<bool, size_t>> Shown;
  for (bool IsOfB : {false, true})
    for (size_t Line : Branches[IsOfB].add(IsOfB ? B : A, IsCompared))
      Shown.push_back({IsOfB, Line});
  Known *Entry = nullptr;
  if (IsCompared && (!Shown.empty() || !HasCompared)) {
    HasCompared = true;
    vary(S, A);
  }
  if (IsCompared) {
    varyComparisons(S, A, true);
    varyComparisons(S, B, false);
  }
  if (!Shown.empty()) {
    if (Corpus.size() >= MaxCorpus)
      Corpus.erase(Corpus.begin());
    Entry = &Corpus.emplace_back(Known{S, A.Inputs, {}, std::move(Shown)});
  }
  learnFrom(S, A, true, Entry);
  learnFrom(S, B, false, Entry);
  bool HasBranches = !Branches[0].isComplete() || !Branches[1].isComplete();
  if (!IsCompared && (!HasBranches || Branches[0].isRare(A) || Branches[1].isRare(B))) {
    repair(S, A);
    if (A.FaultAddress != B.FaultAddress)
      repair(S, B);
  }
}

void StateSearch::learnFrom(const State &S, const Behaviour &Run, bool IsOfA, Known *Entry) {
  const BranchTable &Of = Branches[!IsOfA];
  const State Holes = Context.Holes[S.Holes];
  for (const Observation &Seen : Run.Observations) {
    bool IsSelection = Of.isSelection(Seen.Line);
    Queue *To = nullptr;
    if (IsSelection || Of.isWanted(Seen.Line)) {
      To = &Candidates[{!IsOfA, Seen.Line}];
      if (To->States.size() >= MaxCandidates || (IsSelection && To->Proposed >= MaxSelections))
        To = nullptr;
    }
    if (!To && !Entry)
      continue;
    for (const Plant &P : solve(Seen, Run, S, Holes, *Context.Layout, *Context.Pool, *Context.Names)) {
      if (Entry && P.Where.What != Source::Hole)
        Entry->Plants.push_back(P);
      if (To)
        propose(S, P, *To);
    }
    if (To && !IsSelection) {
      guess(S, Run, Seen, *To);
      fillOtherwise(S, *To);
    }
  }
}

/// What was read just before a comparison, with any other contents: bits of it may be what is compared.
void StateSearch::guess(const State &S, const Behaviour &Run, const Observation &Seen, Queue &To) {
  static constexpr size_t Nearest = 6, Guesses = 4;
  for (size_t I = Seen.InputsBefore - std::min(Seen.InputsBefore, Nearest); I < Seen.InputsBefore; ++I)
    for (size_t Guess = 0; Guess < Guesses; ++Guess) {
      uint64_t Random = mix(S.Seed, mix(Seen.Line, I, Guess), Run.Inputs[I].Value);
      uint64_t Mask = Context.Layout->WordSize == 8 ? ~UINT64_C(0) : UINT32_MAX;
      uint64_t Value = Guess % 2 ? Random & Mask : drawValue(Random, *Context.Layout, *Context.Pool);
      propose(S, {Run.Inputs[I].Where, Value}, To);
    }
}

/// The same state with other numbers in the holes.
void StateSearch::fillOtherwise(const State &S, Queue &To) {
  for (unsigned I = 0; I < Context.Holes.size(); ++I) {
    State Next = S;
    Next.Holes = I;
    if (!Done.contains(keyOf(Next)))
      To.States.push_back(std::move(Next));
  }
}

void StateSearch::propose(const State &S, const Plant &P, Queue &To) {
  State Next = S;
  if (P.Where.What != Source::Hole) {
    Next = withPlant(S, P);
  } else {
    State Values = withPlant(Context.Holes[S.Holes], P);
    if (!Done.insert(keyOf(Values)).second || !Context.AddHoles(std::move(Values)))
      return;
    Next.Holes = Context.Holes.size() - 1;
  }
  if (Done.contains(keyOf(Next)))
    return;
  ++To.Proposed;
  To.States.push_back(std::move(Next));
}

/// \p Value in place of what was read, the rest of its word kept.
Plant StateSearch::inPlace(const State &S, const Input &I, uint64_t Value) const {
  uint64_t Mask = I.Size >= 8 ? ~UINT64_C(0) : (UINT64_C(1) << 8 * I.Size) - 1;
  uint64_t Word = stateValue(S, I.Where, *Context.Layout, *Context.Pool);
  return {I.Where, (Word & ~(Mask << 8 * I.Byte)) | (Value & Mask) << 8 * I.Byte};
}

/// A run went where there is no memory, or did not end: what looks like the pointer it followed gets a valid
/// address, and what may be a count or an index becomes small.
void StateSearch::repair(const State &S, const Behaviour &Run) {
  static constexpr size_t Nearest = 6;
  static constexpr uint64_t Reach = 0x8000;
  bool IsEndless = Run.How == Behaviour::Endless;
  if ((!IsEndless && Run.How != Behaviour::Fault) || Repairs.size() >= MaxRepairs)
    return;
  auto Propose = [&](const Input &I, uint64_t Value) {
    State Next = withPlant(S, inPlace(S, I, Value));
    if (!Done.contains(keyOf(Next)))
      Repairs.push_back(std::move(Next));
  };
  size_t Count = Run.Inputs.size();
  if (IsEndless) // a loop reads the same again and again: what it reads first tells
    Count = std::min<size_t>(Count, 24);
  for (size_t I = Count - std::min(Count, IsEndless ? Count : Nearest); I < Count; ++I)
    if (Run.Inputs[I].Value >= 8)
      Propose(Run.Inputs[I], mix(S.Seed, I, Count) % 8);
  for (const Input &I : Run.Inputs)
    if (!IsEndless && Run.FaultAddress - I.Value + Reach < 2 * Reach && I.Size == Context.Layout->WordSize)
      Propose(I, drawPointer(mix(S.Seed, I.Where.Place, Run.FaultAddress), *Context.Layout) | (I.Value & 1));
}

} // namespace stencilgen::prove
