// RISC-V ELF relocations (RISC-V ABIs Specification, version 1.0, ELF psABI, section 8.4), for 64 bits.
//
// Peculiarities: an address takes two instructions. lui or auipc makes the high 20 bits, the second has a
// signed offset of 12 bits, so the high part is rounded. Where auipc is the first, the second's relocation
// names the auipc's label and not the symbol: the low part depends on where the auipc is. Here it gets the
// auipc's symbol, and an addend that corrects for the distance between the two:
//
//   auipc a0, hi            R_RISCV_PCREL_HI20 x + A         S + A - P
//   addi  a0, a0, lo        R_RISCV_PCREL_LO12_I label       S + (A + distance) - (P + distance)
//
// A linker may, but need not, shorten code marked with R_RISCV_RELAX. R_RISCV_ALIGN marks where it must then
// take nops out: code that has it is not laid out yet, so it is refused. jal reaches 1 MiB to both sides, the
// conditional branches 4 KiB, their short forms 2 KiB and 256 bytes, auipc and jalr 2 GiB.
//
//   000000b7                 lui    ra, imm20                   R_RISCV_HI20
//   00000097                 auipc  ra, imm20                   R_RISCV_PCREL_HI20, R_RISCV_GOT_HI20
//   00008067                 jalr   x0, imm12(ra)               with the auipc before it: R_RISCV_CALL_PLT
//   00050513                 addi   a0, a0, imm12               R_RISCV_LO12_I, R_RISCV_PCREL_LO12_I
//   00a53023                 sd     a0, imm12(a0)               R_RISCV_LO12_S, R_RISCV_PCREL_LO12_S
//   0000006f                 jal    x0, imm20                   R_RISCV_JAL
//   00000063                 beq    x0, x0, imm12               R_RISCV_BRANCH
//   c101                     c.beqz a0, imm8                    R_RISCV_RVC_BRANCH
//   a001                     c.j    imm11                       R_RISCV_RVC_JUMP
//
//    31                                 12 11    7 6          0
//   +-------------------------------------+-------+------------+
//   | imm20                               |  rd   | 0x10111    |  lui (x = 1), auipc (x = 0)
//   +-------------------+--------+--------+-------+------------+
//   | imm12             |  rs1   | funct3 |  rd   | opcode     |  loads, arithmetic, jalr
//   +----------+--------+--------+--------+-------+------------+
//   | imm 11:5 |  rs2   |  rs1   | funct3 |imm 4:0| opcode     |  stores
//   +----------+--------+--------+--------+-------+------------+
#include "ELFPairs.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace stencilgen {

static uint32_t opcodeOf(uint32_t Instruction) { return Instruction & 0x7f; }

static bool isLui(uint32_t Instruction) { return opcodeOf(Instruction) == 0x37; }
static bool isAuipc(uint32_t Instruction) { return opcodeOf(Instruction) == 0x17; }
static bool isJal(uint32_t Instruction) { return opcodeOf(Instruction) == 0x6f; }
static bool isBranch(uint32_t Instruction) { return opcodeOf(Instruction) == 0x63; }

/// Loads of both register files, arithmetic with an immediate, jalr.
static bool isImmediate(uint32_t Instruction) {
  uint32_t Opcode = opcodeOf(Instruction);
  return Opcode == 0x03 || Opcode == 0x07 || Opcode == 0x13 || Opcode == 0x1b || Opcode == 0x67;
}

static bool isStore(uint32_t Instruction) {
  return opcodeOf(Instruction) == 0x23 || opcodeOf(Instruction) == 0x27;
}

/// auipc, and jalr by the same register.
static bool isCall(ArrayRef<uint8_t> Section, uint64_t Offset) {
  uint32_t First = support::endian::read32le(Section.data() + Offset);
  uint32_t Second = support::endian::read32le(Section.data() + Offset + 4);
  return Offset % 2 == 0 && isAuipc(First) && opcodeOf(Second) == 0x67 &&
         (First >> 7 & 31) == (Second >> 15 & 31);
}

static bool isShortBranch(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return Offset % 2 == 0 && (support::endian::read16le(Section.data() + Offset) & 0xc003) == 0xc001;
}

static bool isShortJump(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return Offset % 2 == 0 && (support::endian::read16le(Section.data() + Offset) & 0xe003) == 0xa001;
}

static constexpr const char *Immediate = "a load, jalr or arithmetic with an immediate";

static constexpr ELFRule Rules[] = {
    {ELF::R_RISCV_64, FixupKind::Abs64, nullptr, ""},
    {ELF::R_RISCV_32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_RISCV_32_PCREL, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_RISCV_PLT32, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_RISCV_GOT32_PCREL, FixupKind::GotPCRel32, nullptr, ""},
    {ELF::R_RISCV_ADD64, FixupKind::PCRel64, nullptr, ""}, // with its SUB64
    {ELF::R_RISCV_ADD32, FixupKind::PCRel32, nullptr, ""}, // with its SUB32
    {ELF::R_RISCV_CALL, FixupKind::RiscV_Call, isCall, "auipc and jalr of its register"},
    {ELF::R_RISCV_CALL_PLT, FixupKind::RiscV_Call, isCall, "auipc and jalr of its register"},
    {ELF::R_RISCV_JAL, FixupKind::RiscV_Jal20, inWord<isJal, 2>, "jal"},
    {ELF::R_RISCV_BRANCH, FixupKind::RiscV_Branch12, inWord<isBranch, 2>, "a conditional branch"},
    {ELF::R_RISCV_RVC_BRANCH, FixupKind::RiscV_RvcBranch8, isShortBranch, "c.beqz or c.bnez"},
    {ELF::R_RISCV_RVC_JUMP, FixupKind::RiscV_RvcJump11, isShortJump, "c.j"},
    {ELF::R_RISCV_HI20, FixupKind::RiscV_Hi20, inWord<isLui, 2>, "lui"},
    {ELF::R_RISCV_LO12_I, FixupKind::RiscV_Lo12I, inWord<isImmediate, 2>, Immediate},
    {ELF::R_RISCV_LO12_S, FixupKind::RiscV_Lo12S, inWord<isStore, 2>, "a store"},
    {ELF::R_RISCV_PCREL_HI20, FixupKind::RiscV_PCRelHi20, inWord<isAuipc, 2>, "auipc"},
    {ELF::R_RISCV_GOT_HI20, FixupKind::RiscV_GotPCRelHi20, inWord<isAuipc, 2>, "auipc"},
    {ELF::R_RISCV_PCREL_LO12_I, FixupKind::RiscV_PCRelLo12I, inWord<isImmediate, 2>, Immediate},
    {ELF::R_RISCV_PCREL_LO12_S, FixupKind::RiscV_PCRelLo12S, inWord<isStore, 2>, "a store"},
};

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_RISCV_ALIGN, "a linker must lay out this code first, compile with -mno-relax"},
};

static constexpr uint32_t Ignored[] = {ELF::R_RISCV_RELAX};

/// Gives every PCREL_LO12 the symbol of the auipc that its label marks.
static std::optional<ELFProblem> pairLowParts(MutableArrayRef<ELFRelocation> Relocations,
                                              const ObjectImage &Image, size_t Section) {
  DenseMap<uint64_t, const ELFRelocation *> HighParts; // by offset
  for (const ELFRelocation &R : Relocations)
    if (R.Type == ELF::R_RISCV_PCREL_HI20 || R.Type == ELF::R_RISCV_GOT_HI20)
      if (R.Offset < Image.Sections[Section].Bytes.size())
        HighParts[R.Offset] = &R;
  for (size_t I = 0; I < Relocations.size(); ++I) {
    ELFRelocation &Low = Relocations[I];
    if (Low.Type != ELF::R_RISCV_PCREL_LO12_I && Low.Type != ELF::R_RISCV_PCREL_LO12_S)
      continue;
    bool IsLabel = Low.Symbol < Image.Symbols.size() && Image.Symbols[Low.Symbol].Section == Section;
    auto High = IsLabel ? HighParts.find(Image.Symbols[Low.Symbol].Value) : HighParts.end();
    if (High == HighParts.end())
      return ELFProblem{I,
                        "expected its symbol to mark an auipc with R_RISCV_PCREL_HI20 or R_RISCV_GOT_HI20"};
    if (Low.Addend != 0)
      return ELFProblem{I, "expected addend 0, found " + std::to_string(Low.Addend)};
    const ELFRelocation &Pair = *High->second;
    if (Pair.Type == ELF::R_RISCV_GOT_HI20 && Low.Type == ELF::R_RISCV_PCREL_LO12_S)
      return ELFProblem{I, "expected a load from the data slot, found a store"};
    Low.Symbol = Pair.Symbol;
    Low.Addend = static_cast<int64_t>(static_cast<uint64_t>(Pair.Addend) + Low.Offset - Pair.Offset);
    Low.Paired = Pair.Type;
  }
  return pairDifferences(
      Relocations, Image, Section,
      {{ELF::R_RISCV_ADD32, ELF::R_RISCV_SUB32, 4}, {ELF::R_RISCV_ADD64, ELF::R_RISCV_SUB64, 8}});
}

static FixupKind kindOf(FixupKind Kind, const ELFRelocation &Relocation, ArrayRef<uint8_t>) {
  return Relocation.Paired == ELF::R_RISCV_GOT_HI20 ? FixupKind::RiscV_GotPCRelLo12I : Kind;
}

const ELFArchitecture ELFRiscV{{ELF::EM_RISCV, ELF::ELFCLASS64, ELF::ELFDATA2LSB, "RISC-V"},
                               FixupKind::Abs64,
                               Rules,
                               Refusals,
                               Ignored,
                               nullptr,
                               pairLowParts,
                               kindOf};

} // namespace stencilgen
