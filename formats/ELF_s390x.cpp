// s390x ELF relocations (ELF Application Binary Interface, s390x Supplement, version 1.6.1, section 2.6).
//
// Peculiarities: everything is big-endian. Instructions have 2, 4 or 6 bytes. A relative operand counts
// halfwords from the start of the instruction, which is two bytes before the operand where the relocation
// sits: compilers put 2 into the addend. Operands of 32 bits reach 4 GiB to both sides, those of 16 bits 64
// KiB.
//
//   c0 00 <rel32>            larl  %r0, rel32                   R_390_PC32DBL, R_390_GOTENT
//   c0 e5 <rel32>            brasl %r14, rel32                  R_390_PLT32DBL
//   c0 f4 <rel32>            brcl  15, rel32 (jg)               R_390_PLT32DBL
//   c4 08 <rel32>            lgrl  %r0, rel32                   R_390_PC32DBL, R_390_GOTENT
//   c6 08 <rel32>            cgrl  %r0, rel32                   R_390_PC32DBL, R_390_GOTENT
//   a7 f4 <rel16>            brc   15, rel16 (j)                R_390_PC16DBL
//   ec 12 <rel16> 80 76      crj   %r1, %r2, 8, rel16           R_390_PC16DBL
//
//    P-2          P                          P+4
//   +--------+---+---+----------------------+
//   | c0, c4 | R | o | rel32                |   o: the other half of the opcode
//   +--------+---+---+----------------------+
#include "ELFPairs.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace stencilgen {

/// The operand at \p Offset follows two bytes of an instruction, and the instruction begins on a halfword.
static bool hasStart(uint64_t Offset) { return Offset >= 2 && Offset % 2 == 0; }

/// RIL-b and RIL-c: larl, brasl, brcl, and loads, stores and others by a relative address.
static bool isOperand32(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (!hasStart(Offset))
    return false;
  uint8_t First = Section[Offset - 2], Low = Section[Offset - 1] & 15;
  return (First == 0xc0 && (Low == 0 || Low == 4 || Low == 5)) || First == 0xc4 || First == 0xc6;
}

/// brcl, brasl.
static bool isBranch32(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return isOperand32(Section, Offset) && Section[Offset - 2] == 0xc0 && (Section[Offset - 1] & 15) != 0;
}

/// larl, and what reads at a relative address: lgrl and other loads, also of part of a slot, cgrl and other
/// compares.
static bool isSlotOperand(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (!hasStart(Offset))
    return false;
  uint8_t First = Section[Offset - 2], Low = Section[Offset - 1] & 15;
  bool IsStore = Low == 7 || Low == 11 || Low == 15; // sthrl, stgrl, strl
  return (First == 0xc0 && Low == 0) || (First == 0xc4 && !IsStore) || (First == 0xc6 && Low >= 4);
}

/// brc, bras, brct (RI-b, RI-c), brxh, brxle (RSI), and those that compare and branch (RIE).
static bool isOperand16(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (!hasStart(Offset))
    return false;
  uint8_t First = Section[Offset - 2], Low = Section[Offset - 1] & 15;
  return (First == 0xa7 && Low >= 4 && Low <= 7) || First == 0x84 || First == 0x85 || First == 0xec;
}

static constexpr ELFRule Rules[] = {
    {ELF::R_390_64, FixupKind::Abs64BE, nullptr, ""},
    {ELF::R_390_32, FixupKind::Abs32BE, nullptr, ""},
    {ELF::R_390_PC64, FixupKind::PCRel64BE, nullptr, ""},
    {ELF::R_390_PC32, FixupKind::PCRel32BE, nullptr, ""},
    {ELF::R_390_PC16DBL, FixupKind::S390X_PC16Dbl, isOperand16, "a branch with an operand of 16 bits"},
    {ELF::R_390_PLT16DBL, FixupKind::S390X_PC16Dbl, isOperand16, "a branch with an operand of 16 bits"},
    {ELF::R_390_PC32DBL, FixupKind::S390X_PC32Dbl, isOperand32, "an instruction with a relative operand"},
    {ELF::R_390_PLT32DBL, FixupKind::S390X_Branch32Dbl, isBranch32, "brasl or brcl"},
    {ELF::R_390_GOTENT, FixupKind::S390X_GotPC32Dbl, isSlotOperand,
     "larl, or a load or compare of a relative operand"},
};

static constexpr const char *NoTable = "a stencil has data slots but no table of addresses";

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_390_GOT12, NoTable}, {ELF::R_390_GOT16, NoTable},    {ELF::R_390_GOT20, NoTable},
    {ELF::R_390_GOT32, NoTable}, {ELF::R_390_GOT64, NoTable},    {ELF::R_390_GOTOFF, NoTable},
    {ELF::R_390_GOTPC, NoTable}, {ELF::R_390_GOTPCDBL, NoTable}, {ELF::R_390_GOTPLTENT, NoTable},
};

const ELFArchitecture ELFS390X{
    {ELF::EM_S390, ELF::ELFCLASS64, ELF::ELFDATA2MSB, "s390x"}, FixupKind::Abs64BE, Rules, Refusals, {}};

} // namespace stencilgen
