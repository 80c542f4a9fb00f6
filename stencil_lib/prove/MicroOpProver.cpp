// See MicroOpProver.h.
#include "prove/MicroOpProver.h"
#include "prove/StateSearch.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen::prove {

namespace {

constexpr unsigned SmallVariants = 8, FirstVariants = 10, MaxVariants = GuestLayout::SlotCount / 2;
constexpr unsigned MaxExtra = 24; ///< times as many states where branches were not seen on both sides

class MicroOpProver {
public:
  MicroOpProver(StringRef Name, const StencilCode &A, const StencilCode &B, const JudgeContext &Context,
                Emulator &Machine, const MicroOpOptions &Options)
      : A(A), B(B), Context(Context), Machine(Machine), Options(Options), Search(A, B, SearchFor) {
    Proof.Name = Name.str();
    uint64_t Seed = Options.Seed;
    for (char C : Name)
      Seed = mix(Seed, uint8_t(C));
    collectPool();
    Variants.reserve(MaxVariants);
    SearchFor = {Seed,
                 Context.Layout,
                 Context.Names,
                 &Pool,
                 [this](State Values) { return addVariant(std::move(Values)).empty(); },
                 {}};
  }

  MicroOpProof run() {
    if (!addFirstVariants())
      return std::move(Proof);
    for (unsigned Tried = 0;
         Tried < Options.States || (Search.wantsMore() && Tried < Options.States * MaxExtra);)
      if (std::optional<State> Next = Search.next(Tried++); Next && !tryState(*Next))
        break;
    Proof.OfA = Search.coverage(true);
    Proof.OfB = Search.coverage(false);
    if (Proof.Result != Verdict::Different)
      Proof.Result = Proof.Unknown < Proof.States ? Verdict::Same : Verdict::Unknown;
    if (Proof.Result == Verdict::Unknown)
      Proof.Problem = "no state led to an end";
    return std::move(Proof);
  }

private:
  /// Constants that comparisons may look for.
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

  /// Numbers in holes: arguments of instructions count things, most often few, so each small number has its
  /// turn; all others are of each kind once.
  State firstVariant(unsigned Number) const {
    const HoleNames &Names = *Context.Names;
    State S{mix(SearchFor.Seed, 0x401e, Number), 0, {}};
    for (size_t I = 0; I < Names.Numbers.size(); ++I) {
      uint64_t Hash = mix(S.Seed, I), Turn = (Number + mix(SearchFor.Seed, I)) % FirstVariants;
      if (!isSmallNumber(Names.Numbers[I]))
        S.Plants.push_back({{Source::Hole, 0, I}, numberOfKind(unsigned(Turn), Hash, *Context.Layout)});
      else
        S.Plants.push_back({{Source::Hole, 0, I},
                            Number < SmallVariants    ? (Number + mix(SearchFor.Seed)) % SmallVariants
                            : Number == SmallVariants ? 256 + Hash % 16
                                                      : 0x8000 | Hash % 0x8000});
    }
    return S;
  }

  /// False: no way to fill the holes fits, and Proof.Problem says why.
  bool addFirstVariants() {
    for (unsigned I = 0; I < FirstVariants; ++I)
      if (std::string Problem = addVariant(firstVariant(I)); Proof.Problem.empty())
        Proof.Problem = Problem;
    if (Variants.empty()) { // too big, maybe: small ones, then
      State Small{mix(SearchFor.Seed, 0x401e), 0, {}};
      for (size_t I = 0; I < Context.Names->Numbers.size(); ++I)
        Small.Plants.push_back({{Source::Hole, 0, I}, I + 1});
      addVariant(std::move(Small));
    }
    if (Variants.empty())
      return false;
    Proof.Problem.clear();
    return true;
  }

  /// Fills the holes in another way. A text: why that cannot be.
  std::string addVariant(State Values) {
    unsigned Index = Variants.size();
    if (Index >= MaxVariants)
      return "no more ways to fill holes are tried";
    Expected<PlacedStencil> Placed[] = {
        placeStencil(A, *Context.Layout, *Context.Names, Index, Values, Options.CodeAlignment),
        placeStencil(B, *Context.Layout, *Context.Names, MaxVariants + Index, Values, Options.CodeAlignment)};
    std::string Problem;
    for (auto &P : Placed)
      if (!P)
        Problem = toString(P.takeError());
    if (!Problem.empty())
      return Problem;
    Variants.push_back({std::move(*Placed[0]), std::move(*Placed[1])});
    SearchFor.Holes.push_back(std::move(Values));
    Machine.load(Variants.back().A);
    Machine.load(Variants.back().B);
    return "";
  }

  /// Runs both. False: they differ.
  bool tryState(const State &S) {
    const Variant &V = Variants[S.Holes];
    RunOptions Run = Options.Run;
    Run.Pool = &Pool;
    Behaviour OfA = Machine.run(V.A, S, Run), OfB = Machine.run(V.B, S, Run);
    ++Proof.States;
    RegisterSet Kept = Options.IsShim ? setOf(Context.Cpu->CalleeSaved) : Context.Kept;
    Judgement J = judge(V.A, OfA, V.B, OfB, Context, Kept);
    if (J.Result == Verdict::Different) {
      Run.Detailed = true;
      Proof.Result = Verdict::Different;
      Proof.Found = CounterExample{S, J.First, Machine.run(V.A, S, Run), Machine.run(V.B, S, Run)};
      return false;
    }
    Proof.Unknown += J.Result == Verdict::Unknown;
    Search.learn(S, OfA, OfB, J.Result == Verdict::Same);
    return true;
  }

  struct Variant {
    PlacedStencil A, B;
  };

  const StencilCode &A, &B;
  const JudgeContext &Context;
  Emulator &Machine;
  const MicroOpOptions &Options;
  std::vector<uint64_t> Pool;
  std::vector<Variant> Variants;
  SearchContext SearchFor;
  StateSearch Search;
  MicroOpProof Proof;
};

} // namespace

MicroOpProof proveMicroOp(StringRef Name, const StencilCode &A, const StencilCode &B,
                          const JudgeContext &Context, Emulator &Machine, const MicroOpOptions &Options) {
  return MicroOpProver(Name, A, B, Context, Machine, Options).run();
}

} // namespace stencilgen::prove
