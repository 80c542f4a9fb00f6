// The AArch64 instructions that fixups sit in (Arm Architecture Reference Manual for A-profile, C4.1): all
// have 32 bits, little-endian also where data is not.
//
//    31 30  29 28     24 23                        5 4    0
//   +--+------+---------+---------------------------+------+
//   |1 |immlo |1 0 0 0 0| immhi (19 bits)           |  Rd  |  adrp
//   +--+------+---------+---------------------------+------+
//    31        26 25                                      0
//   +------------+-----------------------------------------+
//   |op 0 0 1 0 1| imm26                                   |  b (op = 0), bl (op = 1)
//   +------------+-----------------------------------------+
//    31       24 23                      5 4             0
//   +-----------+-------------------------+---------------+
//   |0 1 0 1 0 1 0 0| imm19               | 0    cond     |  b.cond
//   |sf 0 1 1 0 1 op| imm19               |      Rt       |  cbz, cbnz
//   |b5 0 1 1 0 1 1 op| b40 | imm14       |      Rt       |  tbz, tbnz: imm14 from bit 5 to 18
//   |opc 0 1 1 V 0 0| imm19               |      Rt       |  ldr of a literal
//   +---------------+---------------------+---------------+
//    31            22 21               10 9      5 4      0
//   +----------------+-------------------+--------+--------+
//   |sf 0 0 1 0 0 0 1| sh | imm12        |   Rn   |   Rd   |  add (sh = 0: bit 22)
//   +----------------+-------------------+--------+--------+
//   |sz 1 1 1 V 0 1 opc | imm12          |   Rn   |   Rt   |  ldr, str: unsigned offset, scaled by the size
//   +----------------+-------------------+--------+--------+
#ifndef STENCILGEN_FORMATS_AARCH64INSTRUCTIONS_H
#define STENCILGEN_FORMATS_AARCH64INSTRUCTIONS_H

#include "llvm/Support/MathExtras.h"
#include <cstdint>

namespace stencilgen {

inline bool isBranch26(uint32_t Instruction) { return (Instruction & 0x7c000000) == 0x14000000; }

/// b.cond and bc.cond, cbz and cbnz.
inline bool isBranch19(uint32_t Instruction) {
  return (Instruction & 0xff000000) == 0x54000000 || (Instruction & 0x7e000000) == 0x34000000;
}

/// tbz and tbnz.
inline bool isBranch14(uint32_t Instruction) { return (Instruction & 0x7e000000) == 0x36000000; }

inline bool isAdr(uint32_t Instruction) { return (Instruction & 0x9f000000) == 0x10000000; }

/// ldr, ldrsw or prfm of a literal.
inline bool isLiteral19(uint32_t Instruction) { return (Instruction & 0x3b000000) == 0x18000000; }

/// ldr Xt of a literal.
inline bool isLoad64Literal(uint32_t Instruction) { return (Instruction & 0xff000000) == 0x58000000; }

inline bool isAdrp(uint32_t Instruction) { return (Instruction & 0x9f000000) == 0x90000000; }

/// add of an immediate that is not shifted, 32 or 64 bits.
inline bool isAddImmediate(uint32_t Instruction) { return (Instruction & 0x7fc00000) == 0x11000000; }

/// Any load, store or prefetch with an unsigned, scaled offset.
inline bool isLoadStoreUnsigned(uint32_t Instruction) { return (Instruction & 0x3b000000) == 0x39000000; }

/// ldr Xt, [Xn, #imm]
inline bool isLoad64(uint32_t Instruction) { return (Instruction & 0xffc00000) == 0xf9400000; }

/// movz, movk or movn whose immediate goes to bits 16 * Part and up.
inline bool isMoveWide(uint32_t Instruction, unsigned Part) {
  return (Instruction & 0x1f800000) == 0x12800000 && (Instruction >> 21 & 3) == Part;
}

/// The binary logarithm of the bytes that a load or store accesses: its size field, and 4 for a vector
/// register of 128 bits (V = 1 and the high bit of opc).
inline unsigned loadStoreScale(uint32_t Instruction) {
  return (Instruction & 0x04800000) == 0x04800000 ? 4 : Instruction >> 30;
}

/// imm26 of b and bl: a count of instructions.
inline int64_t branch26Field(uint32_t Instruction) {
  return llvm::SignExtend64<26>(Instruction & 0x03ffffff);
}

/// imm19 of branches and loads of literals: a count of instructions.
inline int64_t imm19Field(uint32_t Instruction) { return llvm::SignExtend64<19>(Instruction >> 5 & 0x7ffff); }

/// imm14 of tbz and tbnz: a count of instructions.
inline int64_t branch14Field(uint32_t Instruction) {
  return llvm::SignExtend64<14>(Instruction >> 5 & 0x3fff);
}

/// immhi:immlo of adr and adrp.
inline int64_t adrpField(uint32_t Instruction) {
  return llvm::SignExtend64<21>(((Instruction >> 29) & 0x3) | ((Instruction >> 3) & 0x1ffffc));
}

/// imm12 of add, loads and stores.
inline uint32_t imm12Field(uint32_t Instruction) { return (Instruction >> 10) & 0xfff; }

} // namespace stencilgen

#endif
