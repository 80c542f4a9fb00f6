// PowerPC64 ELF relocations (64-Bit ELF V2 ABI Specification, revision 1.5, section 3.5), little-endian.
//
// Peculiarities: functions may find their data by a table of contents (TOC) whose address r2 holds. Such a
// function has two entries: the global one makes r2 from r12, which must hold its own address, and the local
// one, a few instructions further (three bits of st_other say how many), expects r2 to be right. Code for
// POWER10 needs none of it: its prefixed instructions are relative to themselves. A stencil has no TOC, so
// the relocations that count from r2 are decoded here but nothing fills them in a stencil. b and bl reach 32
// MiB to both sides, prefixed instructions 8 GiB. A prefixed instruction is two words, the prefix first, and
// does not cross 64 bytes; its relocation sits at the prefix.
//
//   48000001                 bl   LI                  R_PPC64_REL24 (callers with a TOC), R_PPC64_REL24_NOTOC
//   06100000 38600000        pla  r3, d               R_PPC64_PCREL34
//   04100000 e4600000        pld  r3, d               R_PPC64_PCREL34, R_PPC64_GOT_PCREL34
//   3c620000                 addis r3, r2, si         R_PPC64_TOC16_HA
//   e8630000                 ld   r3, ds(r3)          R_PPC64_TOC16_LO_DS
//   3c4c0000                 addis r2, r12, si        R_PPC64_REL16_HA of .TOC.
//
//    0    5 6                            29 30 31   (bits are numbered from the high one)
//   +------+-------------------------------+--+--+
//   |  18  | LI                            |AA|LK|  b (LK = 0), bl (LK = 1)
//   +------+------+-----+---+------+-------+--+--+
//   |   1  | type | 0   | R | 0 0  | d 0:17       |  prefix: R = 1, relative
//   | opcode      | ...            | d 18:33      |  suffix
//   +-------------+----------------+--------------+
#include "ELFPairs.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace stencilgen {

/// b and bl with a relative target.
static bool isBranch(uint32_t Instruction) { return (Instruction & 0xfc000002) == 0x48000000; }

/// The prefix of a load, store or addition, types 8LS and MLS, relative to itself.
static bool isPrefix(uint32_t Instruction) { return (Instruction & 0xfc100000) == 0x04100000; }

/// What reads a slot, or part of it, or makes its address: pld and plwa (type 0), plwz, plbz, plhz, plha and
/// paddi (type 2).
static bool isSlotLoad(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (!inWord<isPrefix>(Section, Offset))
    return false;
  uint8_t Opcode = Section[Offset + 7] >> 2;
  if ((Section[Offset + 3] & 3) == 0)
    return Opcode == 57 || Opcode == 41;
  return Opcode == 32 || Opcode == 34 || Opcode == 40 || Opcode == 42 || Opcode == 14;
}

/// addis, whose low half is at its address.
static bool isAddis(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return Offset % 4 == 0 && Section.size() - Offset >= 4 && Section[Offset + 3] >> 2 == 15;
}

/// D-form: addi, loads and stores.
static bool isImmediate16(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (Offset % 4 != 0 || Section.size() - Offset < 4)
    return false;
  unsigned Opcode = Section[Offset + 3] >> 2;
  return Opcode == 14 || (Opcode >= 32 && Opcode <= 55);
}

/// DS-form: ld, lwa, std, lfdp, and the vector loads and stores like them.
static bool isImmediate14(ArrayRef<uint8_t> Section, uint64_t Offset) {
  if (Offset % 4 != 0 || Section.size() - Offset < 4)
    return false;
  unsigned Opcode = Section[Offset + 3] >> 2;
  return Opcode == 57 || Opcode == 58 || Opcode == 61 || Opcode == 62;
}

static constexpr ELFRule Rules[] = {
    {ELF::R_PPC64_ADDR64, FixupKind::Abs64, nullptr, ""},
    {ELF::R_PPC64_ADDR32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_PPC64_REL64, FixupKind::PCRel64, nullptr, ""},
    {ELF::R_PPC64_REL32, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_PPC64_REL24, FixupKind::PPC64_Branch24, inWord<isBranch>, "b or bl"},
    {ELF::R_PPC64_REL24_NOTOC, FixupKind::PPC64_Branch24NoToc, inWord<isBranch>, "b or bl"},
    {ELF::R_PPC64_PCREL34, FixupKind::PPC64_PCRel34, inWord<isPrefix>,
     "a prefixed instruction relative to itself"},
    {ELF::R_PPC64_GOT_PCREL34, FixupKind::PPC64_GotPCRel34, isSlotLoad, "paddi or a load relative to itself"},
    {ELF::R_PPC64_TOC16_HA, FixupKind::PPC64_Toc16HA, isAddis, "addis"},
    {ELF::R_PPC64_TOC16_LO, FixupKind::PPC64_Toc16Lo, isImmediate16, "addi, a load or a store"},
    {ELF::R_PPC64_TOC16_LO_DS, FixupKind::PPC64_Toc16LoDS, isImmediate14, "ld, lwa or std"},
    {ELF::R_PPC64_REL16_HA, FixupKind::PPC64_Rel16HA, isAddis, "addis"},
    {ELF::R_PPC64_REL16_LO, FixupKind::PPC64_Rel16Lo, isImmediate16, "addi, a load or a store"},
};

static constexpr const char *NoToc = "a stencil has no table of contents, compile for POWER10";

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_PPC64_TOC, NoToc},      {ELF::R_PPC64_TOC16, NoToc},    {ELF::R_PPC64_TOC16_DS, NoToc},
    {ELF::R_PPC64_TOC16_HI, NoToc}, {ELF::R_PPC64_GOT16_HA, NoToc}, {ELF::R_PPC64_GOT16_LO_DS, NoToc},
};

/// A hint that an address that was loaded from its slot is used in the next instructions.
static constexpr uint32_t Ignored[] = {ELF::R_PPC64_PCREL_OPT};

/// Branches to functions of this object go to their local entries.
static std::optional<ELFProblem> useLocalEntries(MutableArrayRef<ELFRelocation> Relocations,
                                                 const ObjectImage &Image, size_t Section) {
  for (size_t I = 0; I < Relocations.size(); ++I) {
    ELFRelocation &R = Relocations[I];
    bool IsBranch = R.Type == ELF::R_PPC64_REL24 || R.Type == ELF::R_PPC64_REL24_NOTOC;
    if (!IsBranch || R.Symbol >= Image.Symbols.size() || !Image.Symbols[R.Symbol].Section)
      continue;
    // 0: one entry, r2 is kept; 1: one entry, r2 is not kept; 2 to 6: two entries, 1 << value bytes apart.
    unsigned Entries = R.Other >> 5;
    if (R.Type == ELF::R_PPC64_REL24_NOTOC && Entries > 1)
      return ELFProblem{I, "expected a callee without table of contents, as the caller has none"};
    if (R.Type == ELF::R_PPC64_REL24 && Entries == 1)
      return ELFProblem{I, "expected a callee that keeps r2, as the caller needs it"};
    R.Addend = static_cast<int64_t>(static_cast<uint64_t>(R.Addend) +
                                    static_cast<uint64_t>(ELF::decodePPC64LocalEntryOffset(R.Other)));
  }
  return std::nullopt;
}

const ELFArchitecture ELFPPC64{{ELF::EM_PPC64, ELF::ELFCLASS64, ELF::ELFDATA2LSB, "PowerPC"},
                               FixupKind::Abs64,
                               Rules,
                               Refusals,
                               Ignored,
                               nullptr,
                               useLocalEntries};

} // namespace stencilgen
