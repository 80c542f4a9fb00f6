// AArch64 ELF relocations (ELF for the Arm 64-bit Architecture (AArch64), 2024Q3, section 5.7).
//
// Peculiarities: every instruction has four bytes, so a fixup's offset is a multiple of four and its value
// goes into some of the instruction's bits. An address takes two instructions: adrp makes the address of its
// 4 KiB page, the second adds the low twelve bits, and the linker knows them as two relocations. A branch
// reaches 128 MiB to both sides.
//
//   94000000   bl   imm26               R_AARCH64_CALL26
//   14000000   b    imm26               R_AARCH64_JUMP26
//   54000000   b.eq imm19               R_AARCH64_CONDBR19
//   90000000   adrp x0, imm21           R_AARCH64_ADR_PREL_PG_HI21, R_AARCH64_ADR_GOT_PAGE
//   91000000   add  x0, x0, #imm12      R_AARCH64_ADD_ABS_LO12_NC
//   f9400000   ldr  x0, [x0, #imm12*8]  R_AARCH64_LDST64_ABS_LO12_NC, R_AARCH64_LD64_GOT_LO12_NC
//   d2800000   movz x0, #imm16          R_AARCH64_MOVW_UABS_G0_NC
//   54000000   b.eq imm19               R_AARCH64_CONDBR19 (1 MiB to both sides)
//   36000000   tbz  w0, #0, imm14       R_AARCH64_TSTBR14 (32 KiB)
//   10000000   adr  x0, imm21           R_AARCH64_ADR_PREL_LO21 (-mcmodel=tiny)
//   58000000   ldr  x0, imm19           R_AARCH64_LD_PREL_LO19, R_AARCH64_GOT_LD_PREL19 (likewise)
//
//    31 30 29 28     24 23              5 4    0
//   +--+-----+---------+-----------------+------+
//   |op|immlo|1 0 0 0 0|      immhi      |  Rd  |   adrp (op = 1): imm21 = immhi:immlo, in pages
//   +--+-----+---------+-----------------+------+
//   +---------+--------------------------+
//   | x00101  |          imm26           |          b (x = 0), bl (x = 1): imm26 * 4 bytes
//   +---------+--------------------------+
#include "AArch64Instructions.h"
#include "ELFPairs.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace stencilgen {

/// A load or store of 1 << \p Scale bytes with an unsigned offset.
template <unsigned Scale> static bool isAccess(uint32_t Instruction) {
  return isLoadStoreUnsigned(Instruction) && loadStoreScale(Instruction) == Scale;
}

template <unsigned Part> static bool isMoveWideOf(uint32_t Instruction) {
  return isMoveWide(Instruction, Part);
}

static constexpr ELFRule Rules[] = {
    {ELF::R_AARCH64_ABS64, FixupKind::Abs64, nullptr, ""},
    {ELF::R_AARCH64_ABS32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_AARCH64_PREL64, FixupKind::PCRel64, nullptr, ""},
    {ELF::R_AARCH64_PREL32, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_AARCH64_PLT32, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_AARCH64_GOTPCREL32, FixupKind::GotPCRel32, nullptr, ""},
    {ELF::R_AARCH64_CALL26, FixupKind::AArch64_Branch26, inWord<isBranch26>, "b or bl"},
    {ELF::R_AARCH64_JUMP26, FixupKind::AArch64_Branch26, inWord<isBranch26>, "b or bl"},
    {ELF::R_AARCH64_CONDBR19, FixupKind::AArch64_Branch19, inWord<isBranch19>, "b.cond, cbz or cbnz"},
    {ELF::R_AARCH64_TSTBR14, FixupKind::AArch64_Branch14, inWord<isBranch14>, "tbz or tbnz"},
    {ELF::R_AARCH64_ADR_PREL_LO21, FixupKind::AArch64_Adr21, inWord<isAdr>, "adr"},
    {ELF::R_AARCH64_LD_PREL_LO19, FixupKind::AArch64_Literal19, inWord<isLiteral19>, "a load of a literal"},
    {ELF::R_AARCH64_ADR_PREL_PG_HI21, FixupKind::AArch64_Page21, inWord<isAdrp>, "adrp"},
    {ELF::R_AARCH64_ADD_ABS_LO12_NC, FixupKind::AArch64_PageOff12, inWord<isAddImmediate>,
     "add with an immediate"},
    {ELF::R_AARCH64_LDST8_ABS_LO12_NC, FixupKind::AArch64_PageOff12, inWord<isAccess<0>>,
     "a load or store of 8 bits"},
    {ELF::R_AARCH64_LDST16_ABS_LO12_NC, FixupKind::AArch64_PageOff12, inWord<isAccess<1>>,
     "a load or store of 16 bits"},
    {ELF::R_AARCH64_LDST32_ABS_LO12_NC, FixupKind::AArch64_PageOff12, inWord<isAccess<2>>,
     "a load or store of 32 bits"},
    {ELF::R_AARCH64_LDST64_ABS_LO12_NC, FixupKind::AArch64_PageOff12, inWord<isAccess<3>>,
     "a load or store of 64 bits"},
    {ELF::R_AARCH64_LDST128_ABS_LO12_NC, FixupKind::AArch64_PageOff12, inWord<isAccess<4>>,
     "a load or store of 128 bits"},
    {ELF::R_AARCH64_ADR_GOT_PAGE, FixupKind::AArch64_GotPage21, inWord<isAdrp>, "adrp"},
    {ELF::R_AARCH64_LD64_GOT_LO12_NC, FixupKind::AArch64_GotPageOff12, inWord<isLoad64>, "ldr of 64 bits"},
    {ELF::R_AARCH64_GOT_LD_PREL19, FixupKind::AArch64_GotLiteral19, inWord<isLoad64Literal>,
     "ldr of a literal of 64 bits"},
    {ELF::R_AARCH64_MOVW_UABS_G0_NC, FixupKind::AArch64_MovwG0, inWord<isMoveWideOf<0>>,
     "movz or movk of bits 0 to 15"},
    {ELF::R_AARCH64_MOVW_UABS_G1_NC, FixupKind::AArch64_MovwG1, inWord<isMoveWideOf<1>>,
     "movz or movk of bits 16 to 31"},
    {ELF::R_AARCH64_MOVW_UABS_G2_NC, FixupKind::AArch64_MovwG2, inWord<isMoveWideOf<2>>,
     "movz or movk of bits 32 to 47"},
    {ELF::R_AARCH64_MOVW_UABS_G3, FixupKind::AArch64_MovwG3, inWord<isMoveWideOf<3>>,
     "movz or movk of bits 48 to 63"},
};

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_AARCH64_LD64_GOTPAGE_LO15,
     "a stencil has data slots but no table of addresses, compile with -fPIC or -fno-pic"},
};

const ELFArchitecture ELFAArch64{
    {ELF::EM_AARCH64, ELF::ELFCLASS64, ELF::ELFDATA2LSB, "AArch64"}, FixupKind::Abs64, Rules, Refusals, {}};

} // namespace stencilgen
