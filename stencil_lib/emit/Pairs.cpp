// See Pairs.h.
#include "emit/Pairs.h"
#include "arch/Branches.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace stencilgen {

static uint32_t word(const Stencil &S, uint64_t Offset) {
  return support::endian::read32le(&S.Bytes[Offset]);
}

/// Additions, subtractions, loads and stores with an immediate of 12 bits, where others have Rt2 or Ra and
/// Rm.
static bool hasImmediate12(uint32_t Instruction) {
  return (Instruction & 0x1f000000) == 0x11000000 || (Instruction & 0x3b000000) == 0x39000000;
}

/// True where the instruction names the register in any of the fields that hold one: Rd, Rn, Rt2 or Ra, Rm.
/// Fields that hold something else may look so.
static bool mayName(uint32_t Instruction, uint32_t Register) {
  if (is_contained({Instruction & 31, Instruction >> 5 & 31}, Register))
    return true;
  return !hasImmediate12(Instruction) &&
         is_contained({Instruction >> 10 & 31, Instruction >> 16 & 31}, Register);
}

/// Branches, exceptions and system instructions (op0 = 101x, bits 28 to 26).
static bool mayLeave(uint32_t Instruction) { return (Instruction & 0x1c000000) == 0x14000000; }

/// True where nothing but control falling through gets from \p Begin to \p End, and nothing there names the
/// register.
static bool isUndisturbed(const Stencil &S, uint64_t Begin, uint64_t End, uint32_t Register) {
  for (uint64_t Offset = Begin + 4; Offset < End; Offset += 4)
    if (mayLeave(word(S, Offset)) || mayName(word(S, Offset), Register))
      return false;
  for (uint64_t Offset = 0; Offset + 4 <= S.Bytes.size(); Offset += 4) {
    auto Branch = branchesAArch64().read(ArrayRef(S.Bytes).slice(Offset, 4));
    uint64_t Target = Branch ? Offset + Branch->Displacement : 0;
    if (Branch && Target > Begin && Target <= End)
      return false;
  }
  return true;
}

std::optional<HolePair> findPair(const Stencil &S, size_t First, ArrayRef<PairFunction> Functions) {
  const Hole &A = S.Holes[First];
  for (const PairFunction &Function : Functions) {
    if (Function.First != A.Kind)
      continue;
    size_t Last = Function.Apart ? S.Holes.size() : std::min(First + 2, S.Holes.size());
    for (size_t I = First + 1; I < Last; ++I) {
      const Hole &B = S.Holes[I];
      if (B.Kind != Function.Second || B.Value != A.Value || B.Symbol != A.Symbol || B.Addend != A.Addend)
        continue;
      uint32_t Made = word(S, A.Offset) & 31, Loaded = word(S, B.Offset) & 31,
               Base = word(S, B.Offset) >> 5 & 31;
      bool IsNext = A.Offset + 4 == B.Offset;
      if (Made == Loaded && Made == Base &&
          (IsNext || (Function.Apart && isUndisturbed(S, A.Offset, B.Offset, Made))))
        return HolePair{&Function, I};
    }
  }
  return std::nullopt;
}

} // namespace stencilgen
