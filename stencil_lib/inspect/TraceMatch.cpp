// Machine code back to micro-ops. See Trace.h.
//
// Every stencil is a pattern: bytes, and masks that leave out what a JIT fills or rewrites. Without the list
// of micro-ops, the way through the code that gets furthest is looked for from its end: for each offset, how
// far stencils placed from there on reach.
#include "arch/Architecture.h"
#include "inspect/DecodedCode.h"
#include "inspect/Trace.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace stencilgen {

namespace {

struct Pattern {
  const StencilGroup *Group;
  std::vector<uint8_t> Mask; ///< the bits that must be the stencil's
  /// Offsets of 32-bit distances to the code that follows, from their own end: x86-64.
  std::vector<uint64_t> LeadOn;
};

Pattern patternOf(const StencilGroup &Group, const Architecture &Arch) {
  const std::vector<uint8_t> &Bytes = Group.Code.Bytes;
  Pattern P{&Group, std::vector<uint8_t>(Bytes.size(), 0xff), {}};
  for (const Hole &H : Group.Code.Holes) {
    std::vector<uint8_t> Filled = holeMask(H.Kind, ArrayRef(Bytes).drop_front(H.Offset));
    // A load or call through a data slot may have been made direct.
    uint64_t Before = usesDataSlot(H.Kind) ? std::min<uint64_t>(Arch.RelaxedOpcodeBytes, H.Offset) : 0;
    if (usesDataSlot(H.Kind) && Arch.RelaxedOpcodeBytes == 0)
      std::fill(Filled.begin(), Filled.end(), 0xff);
    for (uint64_t I = 0; I < Before; ++I)
      P.Mask[H.Offset - 1 - I] = 0;
    for (auto [I, Bits] : enumerate(Filled))
      P.Mask[H.Offset + I] &= ~Bits;
    if (H.Kind == FixupKind::X86_64_Branch32 && H.Value == FollowingCode && H.Addend == -4)
      P.LeadOn.push_back(H.Offset);
  }
  return P;
}

bool matches(const Pattern &P, ArrayRef<uint8_t> Code, uint64_t Offset) {
  const std::vector<uint8_t> &Bytes = P.Group->Code.Bytes;
  if (Code.size() - Offset < Bytes.size())
    return false;
  for (size_t I = 0; I < Bytes.size(); ++I)
    if ((Code[Offset + I] ^ Bytes[I]) & P.Mask[I])
      return false;
  return llvm::all_of(P.LeadOn, [&](uint64_t Place) {
    int32_t Distance = int32_t(support::endian::read32le(Code.data() + Offset + Place));
    return int64_t(Place) + 4 + Distance == int64_t(Bytes.size());
  });
}

/// How much of a stencil its bytes say: of two that fit one place, the one with more is likelier.
size_t certainty(const Pattern &P) { return llvm::count(P.Mask, 0xff); }

class Matcher {
public:
  Matcher(const StencilSet &Set, ArrayRef<uint8_t> Code)
      : Code(Code), Arch(architectureOf(Triple(Triple::normalize(Set.Triple)))) {
    if (Set.Shim)
      Shim = patternOf(*Set.Shim, Arch);
    for (const StencilGroup &Group : Set.Groups)
      Patterns.push_back(patternOf(Group, Arch));
  }

  Expected<std::vector<TracePart>> follow(ArrayRef<TraceStep> Steps) {
    std::vector<TracePart> Parts;
    uint64_t Offset = takeShim(Parts);
    for (auto [Index, Step] : enumerate(Steps)) {
      auto P = llvm::find_if(Patterns, [&](const Pattern &P) { return P.Group->Name == Step.Name; });
      if (P == Patterns.end())
        return makeError("no stencil '" + Step.Name + "'");
      if (!matches(*P, Code, Offset))
        return makeError("the code at offset 0x" + utohexstr(Offset, true) + " is not that of step #" +
                         Twine(Index) + ", " + Step.Name);
      Parts.push_back({P->Group, Step.Name, Offset, 0, {}});
      Offset += P->Group->Code.Bytes.size();
    }
    End = Offset;
    return Parts;
  }

  Expected<std::vector<TracePart>> search() {
    std::vector<TracePart> Parts;
    uint64_t Offset = takeShim(Parts);
    // Reach[I]: how far the code is explained from I on.
    std::vector<uint64_t> Reach(Code.size() + 1);
    std::vector<std::vector<const Pattern *>> Fitting(Code.size() + 1);
    for (uint64_t I = Code.size() + 1; I-- > Offset;) {
      Reach[I] = I;
      for (const Pattern &P : Patterns) {
        uint64_t Size = P.Group->Code.Bytes.size();
        if (Size == 0 || I == Code.size() || Code.size() - I < Size || !matches(P, Code, I))
          continue;
        Fitting[I].push_back(&P);
        Reach[I] = std::max(Reach[I], Reach[I + Size]);
      }
    }
    while (Offset < Code.size() && !Fitting[Offset].empty()) {
      std::vector<const Pattern *> Best;
      for (const Pattern *P : Fitting[Offset])
        if (Reach[Offset + P->Group->Code.Bytes.size()] == Reach[Offset])
          Best.push_back(P);
      llvm::stable_sort(Best,
                        [](const Pattern *A, const Pattern *B) { return certainty(*A) > certainty(*B); });
      TracePart Part{Best.front()->Group, Best.front()->Group->Name, Offset, 0, {}};
      for (const Pattern *Other : ArrayRef(Best).drop_front())
        if (Other->Group->Code.Bytes.size() == Part.Group->Code.Bytes.size())
          Part.Others.push_back(Other->Group);
      Offset += Part.Group->Code.Bytes.size();
      Parts.push_back(std::move(Part));
    }
    if (Parts.empty())
      return makeError("no stencil fits the first bytes of the code");
    End = Offset;
    return Parts;
  }

  uint64_t end() const { return End; }

private:
  uint64_t takeShim(std::vector<TracePart> &Parts) const {
    if (!Shim || !matches(*Shim, Code, 0))
      return 0;
    Parts.push_back({Shim->Group, "shim", 0, 0, {}});
    return Shim->Group->Code.Bytes.size();
  }

  ArrayRef<uint8_t> Code;
  const Architecture &Arch;
  std::optional<Pattern> Shim;
  std::vector<Pattern> Patterns;
  uint64_t End = 0;
};

} // namespace

Expected<Trace> matchTrace(const StencilSet &Set, ArrayRef<uint8_t> Code, ArrayRef<TraceStep> Steps,
                           uint64_t Base) {
  Matcher M(Set, Code);
  auto Parts = Steps.empty() ? M.search() : M.follow(Steps);
  if (!Parts)
    return Parts.takeError();
  Trace T;
  T.Base = Base;
  T.Code = Code.take_front(M.end()).vec();
  T.Data = Code.drop_front(M.end()).vec();
  T.DataBase = Base + M.end();
  T.Parts = std::move(*Parts);
  return T;
}

} // namespace stencilgen
