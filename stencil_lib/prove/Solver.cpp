// See Solver.h.
#include "prove/Solver.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen::prove {

State withPlant(State S, const Plant &P) {
  llvm::erase_if(S.Plants, [&](const Plant &Old) { return Old.Where == P.Where; });
  S.Plants.push_back(P);
  return S;
}

namespace {

uint64_t ones(unsigned Bits) { return maskTrailingOnes<uint64_t>(std::min(Bits, 64u)); }

class ComparisonSolver {
public:
  ComparisonSolver(const Observation &Seen, const Behaviour &From, const State &S, const State &Holes,
                   const GuestLayout &Layout, const std::vector<uint64_t> &Pool, const HoleNames &Names)
      : Seen(Seen), From(From), S(S), Holes(Holes), Layout(Layout), Pool(Pool), Names(Names) {}

  std::vector<Plant> run() {
    for (const ComparedValue &Value : Seen.Values)
      for (uint64_t Wanted : wantedOf(Value))
        want(Value, Wanted);
    return std::move(Found);
  }

private:
  uint64_t part(const ComparedValue &V) const { return V.Value >> V.Shift & ones(V.Bits); }

  /// What the compared part should be instead.
  std::vector<uint64_t> wantedOf(const ComparedValue &Value) const {
    uint64_t Now = part(Value);
    std::vector<uint64_t> Wanted;
    auto Against = [&](uint64_t Other) {
      for (uint64_t W : {Other, Other + 1, Other - 1, Now ^ Other, Now & ~Other, Now | Other})
        Wanted.push_back(W);
      if (Other < 64)
        Wanted.push_back(Now ^ UINT64_C(1) << Other); // a bit by its number
    };
    for (const ComparedValue &Other : Seen.Values)
      if (&Other != &Value)
        Against(part(Other));
    for (uint64_t Constant : Seen.Constants)
      Against(Constant);
    for (uint64_t W : {UINT64_C(0), UINT64_C(1), UINT64_C(2), UINT64_C(3), ~UINT64_C(0), Now ^ 1,
                       Now ^ UINT64_C(1) << (Value.Bits - 1), Now ^ UINT64_C(1) << 31})
      Wanted.push_back(W);
    std::vector<uint64_t> Result;
    for (uint64_t W : Wanted)
      if ((W & ones(Value.Bits)) != Now && !llvm::is_contained(Result, W & ones(Value.Bits)))
        Result.push_back(W & ones(Value.Bits));
    return Result;
  }

  void want(const ComparedValue &Value, uint64_t Wanted) {
    uint64_t Mask = ones(Value.Bits) << Value.Shift;
    uint64_t Whole = (Value.Value & ~Mask) | Wanted << Value.Shift;
    if (Value.Loaded) {
      plant({*Value.Loaded, Value.Value, Value.Bits / 8, Value.Byte}, Whole);
      return;
    }
    for (const Input &I : From.Inputs)
      if (auto Instead = derive(I.Value, I.Size * 8, Value.Value, Whole))
        plant(I, *Instead);
    for (size_t Index = 0; Index < Names.Numbers.size(); ++Index) {
      uint64_t Number = holeNumber(Names.Numbers[Index], Holes, Names, Layout);
      if (auto Instead = derive(Number, 64, Value.Value, Whole); Instead && Number > 1)
        add({{Source::Hole, 0, Index}, *Instead});
    }
  }

  /// What an input \p X would have to be so that a value, \p V now and made from it, were \p Wanted; none
  /// where V does not look as if it came from X.
  static std::optional<uint64_t> derive(uint64_t X, unsigned Bits, uint64_t V, uint64_t Wanted) {
    auto SignExtended = [&] { return uint64_t(SignExtend64(X, Bits)); };
    if (V == X || V == SignExtended())
      return Wanted & ones(Bits);
    for (unsigned Low : {32u, 16u, 8u})
      if (Low < Bits && (X & ones(Low)) == V)
        return (X & ~ones(Low)) | (Wanted & ones(Low));
    bool IsWide = X > 0xfffff && SignExtended() < ~UINT64_C(0xfffff);
    if (!IsWide)
      return std::nullopt;
    int64_t Distance = int64_t(V - X);
    if (Distance > -4096 && Distance < 4096)
      return (Wanted - uint64_t(Distance)) & ones(Bits);
    if (V == (0 - X & ones(Bits)))
      return (0 - Wanted) & ones(Bits);
    if (V == (~X & ones(Bits)))
      return ~Wanted & ones(Bits);
    for (unsigned Shift = 1; Shift < Bits - 8; ++Shift) {
      if (V == X >> Shift)
        return (X & ones(Shift)) | (Wanted << Shift & ones(Bits));
      if (V == (X << Shift & ones(Bits)))
        return Wanted >> Shift;
    }
    if (V > 0xffff && (V & X) == V) // some of its bits
      return (X & ~V) | Wanted;
    return std::nullopt;
  }

  /// \p Value in place of what was read from the input, the rest of its word kept.
  void plant(const Input &I, uint64_t Value) {
    uint64_t Word = stateValue(S, I.Where, Layout, Pool);
    uint64_t Mask = ones(I.Size * 8) << 8 * I.Byte;
    add({I.Where, (Word & ~Mask) | (Value << 8 * I.Byte & Mask)});
  }

  void add(Plant P) {
    if (!llvm::is_contained(Found, P))
      Found.push_back(P);
  }

  const Observation &Seen;
  const Behaviour &From;
  const State &S, &Holes;
  const GuestLayout &Layout;
  const std::vector<uint64_t> &Pool;
  const HoleNames &Names;
  std::vector<Plant> Found;
};

} // namespace

std::vector<Plant> solve(const Observation &Seen, const Behaviour &From, const State &S, const State &Holes,
                         const GuestLayout &Layout, const std::vector<uint64_t> &Pool,
                         const HoleNames &Names) {
  return ComparisonSolver(Seen, From, S, Holes, Layout, Pool, Names).run();
}

} // namespace stencilgen::prove
