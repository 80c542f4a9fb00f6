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
//
//    31 30 29 28     24 23              5 4    0
//   +--+-----+---------+-----------------+------+
//   |op|immlo|1 0 0 0 0|      immhi      |  Rd  |   adrp (op = 1): imm21 = immhi:immlo, in pages
//   +--+-----+---------+-----------------+------+
//   +---------+--------------------------+
//   | x00101  |          imm26           |          b (x = 0), bl (x = 1): imm26 * 4 bytes
//   +---------+--------------------------+
#include "AArch64Instructions.h"
#include "ELF.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace stencilgen {

namespace {

struct Rule {
  uint32_t Type;
  FixupKind Kind;
  bool (*Fits)(uint32_t Instruction); ///< null: data
  const char *Expected;
};

constexpr Rule Rules[] = {
    {ELF::R_AARCH64_ABS64, FixupKind::Abs64, nullptr, ""},
    {ELF::R_AARCH64_ABS32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_AARCH64_PREL64, FixupKind::PCRel64, nullptr, ""},
    {ELF::R_AARCH64_PREL32, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_AARCH64_CALL26, FixupKind::AArch64_Branch26, isBranch26, "b or bl"},
    {ELF::R_AARCH64_JUMP26, FixupKind::AArch64_Branch26, isBranch26, "b or bl"},
    {ELF::R_AARCH64_CONDBR19, FixupKind::AArch64_Branch19, isBranch19, "b.cond, cbz or cbnz"},
    {ELF::R_AARCH64_ADR_PREL_PG_HI21, FixupKind::AArch64_Page21, isAdrp, "adrp"},
    {ELF::R_AARCH64_ADD_ABS_LO12_NC, FixupKind::AArch64_PageOff12, isAddImmediate, "add with an immediate"},
    {ELF::R_AARCH64_LDST8_ABS_LO12_NC, FixupKind::AArch64_PageOff12, isLoadStoreUnsigned, "a load or store"},
    {ELF::R_AARCH64_LDST16_ABS_LO12_NC, FixupKind::AArch64_PageOff12, isLoadStoreUnsigned, "a load or store"},
    {ELF::R_AARCH64_LDST32_ABS_LO12_NC, FixupKind::AArch64_PageOff12, isLoadStoreUnsigned, "a load or store"},
    {ELF::R_AARCH64_LDST64_ABS_LO12_NC, FixupKind::AArch64_PageOff12, isLoadStoreUnsigned, "a load or store"},
    {ELF::R_AARCH64_LDST128_ABS_LO12_NC, FixupKind::AArch64_PageOff12, isLoadStoreUnsigned,
     "a load or store"},
    {ELF::R_AARCH64_ADR_GOT_PAGE, FixupKind::AArch64_GotPage21, isAdrp, "adrp"},
    {ELF::R_AARCH64_LD64_GOT_LO12_NC, FixupKind::AArch64_GotPageOff12, isLoad64, "ldr of 64 bits"},
    {ELF::R_AARCH64_MOVW_UABS_G0_NC, FixupKind::AArch64_MovwG0, [](uint32_t I) { return isMoveWide(I, 0); },
     "movz or movk of bits 0 to 15"},
    {ELF::R_AARCH64_MOVW_UABS_G1_NC, FixupKind::AArch64_MovwG1, [](uint32_t I) { return isMoveWide(I, 1); },
     "movz or movk of bits 16 to 31"},
    {ELF::R_AARCH64_MOVW_UABS_G2_NC, FixupKind::AArch64_MovwG2, [](uint32_t I) { return isMoveWide(I, 2); },
     "movz or movk of bits 32 to 47"},
    {ELF::R_AARCH64_MOVW_UABS_G3, FixupKind::AArch64_MovwG3, [](uint32_t I) { return isMoveWide(I, 3); },
     "movz or movk of bits 48 to 63"},
};

} // namespace

Expected<std::optional<FixupKind>> fixupKindELF_aarch64(uint32_t Type, ArrayRef<uint8_t> Section,
                                                        uint64_t Offset) {
  for (const Rule &R : Rules) {
    if (R.Type != Type)
      continue;
    if (R.Fits) {
      if (Offset > Section.size() || Section.size() - Offset < 4)
        return R.Kind; // the reader says that it lies outside
      if (Offset % 4 != 0 || !R.Fits(support::endian::read32le(Section.data() + Offset)))
        return createStringError(inconvertibleErrorCode(), Twine("expected it in ") + R.Expected);
    }
    return R.Kind;
  }
  return std::nullopt;
}

} // namespace stencilgen
