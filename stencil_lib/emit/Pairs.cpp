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

/// How many of the fields Rd, Rn, Rt2 or Ra, and Rm can hold registers; the others are an immediate's (Arm
/// Architecture Reference Manual, C4.1).
static size_t registerFields(uint32_t Instruction) {
  if ((Instruction & 0x1f000000) == 0x10000000 || (Instruction & 0x1f800000) == 0x12800000)
    return 1; // adr, adrp; movz, movn, movk
  if ((Instruction & 0x1f000000) == 0x11000000 || (Instruction & 0x3b000000) == 0x39000000)
    return 2; // additions, subtractions, loads and stores with an immediate of 12 bits
  return 4;
}

/// True where the instruction names the register in any of the fields that can hold one. Fields that hold
/// something else may look so.
static bool mayName(uint32_t Instruction, uint32_t Register) {
  const uint32_t Fields[] = {Instruction & 31, Instruction >> 5 & 31, Instruction >> 10 & 31,
                             Instruction >> 16 & 31};
  return is_contained(ArrayRef(Fields).take_front(registerFields(Instruction)), Register);
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
