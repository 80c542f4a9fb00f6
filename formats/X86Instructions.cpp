// See X86Instructions.h.
#include "X86Instructions.h"

using namespace llvm;

namespace stencilgen {

/// \p Count bytes lie before \p Offset.
static bool hasBytesBefore(ArrayRef<uint8_t> Section, uint64_t Offset, uint64_t Count) {
  return Offset >= Count && Offset <= Section.size();
}

/// mov (8b), test (85) and the binops add, or, adc, sbb, and, sub, xor, cmp from memory (03 to 3b in steps of
/// 8).
static bool isRelaxableLoad(uint8_t Opcode) {
  return Opcode == 0x8b || Opcode == 0x85 || ((Opcode & 0xc7) == 0x03);
}

bool isBranchOperand(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (!hasBytesBefore(Section, Offset, 1))
    return false;
  uint8_t Opcode = Section[Offset - 1];
  if (Opcode == 0xe8 || Opcode == 0xe9)
    return true;
  return Offset >= 2 && Section[Offset - 2] == 0x0f && (Opcode & 0xf0) == 0x80;
}

bool isPlainMemoryOperand(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return hasBytesBefore(Section, Offset, 2) && (Section[Offset - 1] & 0xc7) == 0x05;
}

bool isRelaxableOperand(ArrayRef<uint8_t> Section, uint64_t Offset, bool WithRex) {
  if (!hasBytesBefore(Section, Offset, WithRex ? 3 : 2) || !isPlainMemoryOperand(Section, Offset))
    return false;
  uint8_t ModRM = Section[Offset - 1], Opcode = Section[Offset - 2];
  if (WithRex)
    return (Section[Offset - 3] & 0xf0) == 0x40 && isRelaxableLoad(Opcode);
  bool IsCallOrJump = Opcode == 0xff && (ModRM == 0x15 || ModRM == 0x25);
  return IsCallOrJump || isRelaxableLoad(Opcode);
}

std::optional<FixupKind> slotOperandKind(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (!isPlainMemoryOperand(Section, Offset))
    return std::nullopt;
  uint8_t ModRM = Section[Offset - 1], Opcode = Section[Offset - 2];
  if (Opcode == 0xff && (ModRM == 0x15 || ModRM == 0x25))
    return FixupKind::X86_64_GotPCRel32Relax;
  // REX.W: 48 to 4f.
  if (Opcode == 0x8b && Offset >= 3 && (Section[Offset - 3] & 0xf8) == 0x48)
    return FixupKind::X86_64_GotPCRel32RelaxRex;
  return FixupKind::X86_64_GotPCRel32;
}

} // namespace stencilgen
