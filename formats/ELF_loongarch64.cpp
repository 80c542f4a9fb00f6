// LoongArch ELF relocations (ELF for the LoongArch Architecture, version 2.30), for 64 bits.
//
// Peculiarities: instructions have four bytes, little-endian. pcalau12i makes the address of a page of 4096
// bytes relative to its own; the second instruction adds the low 12 bits, which are signed, so the page is
// that of the address + 0x800. b and bl reach 128 MiB to both sides, pcaddu18i and jirl (-mcmodel=medium) 128
// GiB. Code of -mcmodel=extreme needs four relocations for an address, and none in a stencil does: far
// addresses stand in data slots. A linker may shorten code marked with R_LARCH_RELAX; where R_LARCH_ALIGN
// stands, it must take nops out, so that is refused.
//
//   1a000004   pcalau12i $a0, si20              R_LARCH_PCALA_HI20, R_LARCH_GOT_PC_HI20
//   02c00084   addi.d    $a0, $a0, si12         R_LARCH_PCALA_LO12
//   28c00084   ld.d      $a0, $a0, si12         R_LARCH_PCALA_LO12, R_LARCH_GOT_PC_LO12
//   54000000   bl        offs26                 R_LARCH_B26 (b: 50000000)
//   40000080   beqz      $a0, offs21            R_LARCH_B21
//   58000085   beq       $a0, $a1, offs16       R_LARCH_B16
//   1e000001   pcaddu18i $ra, si20              R_LARCH_CALL36, with
//   4c000021   jirl      $ra, $ra, offs16       after it
//
//    31    26 25 24                     10 9      5 4      0
//   +--------+---------------------------+--------+--------+
//   | opcode    | si20                            |   rd   |  pcalau12i, pcaddu18i
//   +-----------+-----+------------------+--------+--------+
//   | opcode          | si12             |   rj   |   rd   |  addi, loads and stores
//   +--------+--------+------------------+--------+--------+
//   | opcode | offs 15:0                 | offs 25:16      |  b, bl
//   | opcode | offs 15:0                 |   rj   | 20:16  |  beqz, bnez, bceqz, bcnez
//   | opcode | offs 15:0                 |   rj   |   rd   |  the other branches, jirl
//   +--------+---------------------------+--------+--------+
#include "ELFPairs.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace stencilgen {

static bool isBranch16(uint32_t Instruction) {
  uint32_t Opcode = Instruction >> 26;
  return (Opcode >= 22 && Opcode <= 27) || Opcode == 19;
}

static bool isBranch21(uint32_t Instruction) { return Instruction >> 26 >= 16 && Instruction >> 26 <= 18; }
static bool isBranch26(uint32_t Instruction) { return Instruction >> 27 == 10; }
static bool isPage(uint32_t Instruction) { return Instruction >> 25 == 0x0d; }

/// addi and its like; loads and stores of all register files.
static bool isImmediate12(uint32_t Instruction) { return Instruction >> 25 == 1 || Instruction >> 27 == 5; }

static bool isLoad64(uint32_t Instruction) { return Instruction >> 22 == 0xa3; }

/// pcaddu18i, and jirl by the same register.
static bool isCall36(ArrayRef<uint8_t> Section, uint64_t Offset) {
  uint32_t First = support::endian::read32le(Section.data() + Offset);
  uint32_t Second = support::endian::read32le(Section.data() + Offset + 4);
  return Offset % 4 == 0 && First >> 25 == 0x0f && Second >> 26 == 19 && (First & 31) == (Second >> 5 & 31);
}

static constexpr ELFRule Rules[] = {
    {ELF::R_LARCH_64, FixupKind::Abs64, nullptr, ""},
    {ELF::R_LARCH_32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_LARCH_64_PCREL, FixupKind::PCRel64, nullptr, ""},
    {ELF::R_LARCH_32_PCREL, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_LARCH_ADD64, FixupKind::PCRel64, nullptr, ""}, // with its SUB64
    {ELF::R_LARCH_ADD32, FixupKind::PCRel32, nullptr, ""}, // with its SUB32
    {ELF::R_LARCH_B16, FixupKind::LoongArch_Branch16, inWord<isBranch16>,
     "a branch that compares two registers, or jirl"},
    {ELF::R_LARCH_B21, FixupKind::LoongArch_Branch21, inWord<isBranch21>, "beqz, bnez, bceqz or bcnez"},
    {ELF::R_LARCH_B26, FixupKind::LoongArch_Branch26, inWord<isBranch26>, "b or bl"},
    {ELF::R_LARCH_CALL36, FixupKind::LoongArch_Call36, isCall36, "pcaddu18i and jirl of its register"},
    {ELF::R_LARCH_PCALA_HI20, FixupKind::LoongArch_Page20, inWord<isPage>, "pcalau12i"},
    {ELF::R_LARCH_PCALA_LO12, FixupKind::LoongArch_PageOff12, inWord<isImmediate12>,
     "an instruction with an immediate of 12 bits"},
    {ELF::R_LARCH_GOT_PC_HI20, FixupKind::LoongArch_GotPage20, inWord<isPage>, "pcalau12i"},
    {ELF::R_LARCH_GOT_PC_LO12, FixupKind::LoongArch_GotPageOff12, inWord<isLoad64>, "ld.d"},
};

static constexpr const char *Extreme = "far addresses stand in data slots, compile with -mcmodel=medium";

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_LARCH_ALIGN, "a linker must lay out this code first, compile with -mno-relax"},
    {ELF::R_LARCH_PCALA64_LO20, Extreme},
    {ELF::R_LARCH_PCALA64_HI12, Extreme},
    {ELF::R_LARCH_GOT64_PC_LO20, Extreme},
    {ELF::R_LARCH_GOT64_PC_HI12, Extreme},
};

static constexpr uint32_t Ignored[] = {ELF::R_LARCH_RELAX, ELF::R_LARCH_MARK_LA, ELF::R_LARCH_MARK_PCREL};

static std::optional<ELFProblem> pairAll(MutableArrayRef<ELFRelocation> Relocations, const ObjectImage &Image,
                                         size_t Section) {
  return pairDifferences(
      Relocations, Image, Section,
      {{ELF::R_LARCH_ADD32, ELF::R_LARCH_SUB32, 4}, {ELF::R_LARCH_ADD64, ELF::R_LARCH_SUB64, 8}});
}

const ELFArchitecture ELFLoongArch{{ELF::EM_LOONGARCH, ELF::ELFCLASS64, ELF::ELFDATA2LSB, "LoongArch"},
                                   FixupKind::Abs64,
                                   Rules,
                                   Refusals,
                                   Ignored,
                                   nullptr,
                                   pairAll};

} // namespace stencilgen
