// Arm ELF relocations (ELF for the Arm Architecture, 2024Q3, section 5.6), for code of the A32 instruction
// set.
//
// Peculiarities: addresses have 32 bits, and the addend is what the field holds (SHT_REL). The processor
// counts from the instruction after the next, so a branch's field holds -8 bytes. b and bl reach 32 MiB to
// both sides. A Thumb function has an odd address, and bl becomes blx to reach it; with -mlong-calls, an
// address is loaded and called, which serves both and reaches everything. movw and movt hold the addend of
// their halves, each as a signed number of 16 bits. The index of unwind information (.ARM.exidx) comes with
// every function; it is left out.
//
//   ebfffffe   bl   #-8                 R_ARM_CALL
//   eafffffe   b    #-8                 R_ARM_JUMP24 (with a condition: bl too)
//   e3000000   movw r0, #imm16          R_ARM_MOVW_ABS_NC, R_ARM_MOVW_PREL_NC
//   e3400000   movt r0, #imm16          R_ARM_MOVT_ABS, R_ARM_MOVT_PREL
//
//    31  28 27    24 23    20 19    16 15    12 11           0
//   +------+--------+----------------------------------------+
//   | cond | 1 0 1 L| imm24, in instructions                 |  b (L = 0), bl (L = 1)
//   | 1111 | 1 0 1 H| imm24                                  |  blx, H counts 2 bytes
//   +------+--------+--------+--------+--------+-------------+
//   | cond | 0 0 1 1  0 T 0 0|  imm4  |   Rd   | imm12       |  movw (T = 0), movt (T = 1): imm4:imm12
//   +------+-----------------+--------+--------+-------------+
#include "ELFPairs.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

static bool isBlx(uint32_t Instruction) { return Instruction >> 25 == 0x7d; }

/// bl that is not conditional, and blx.
static bool isCall(uint32_t Instruction) { return Instruction >> 24 == 0xeb || isBlx(Instruction); }

/// b, and bl, but not blx.
static bool isBranch(uint32_t Instruction) {
  return (Instruction & 0x0e000000) == 0x0a000000 && Instruction >> 28 != 15;
}

static bool isMovw(uint32_t Instruction) { return (Instruction & 0x0ff00000) == 0x03000000; }
static bool isMovt(uint32_t Instruction) { return (Instruction & 0x0ff00000) == 0x03400000; }

static constexpr ELFRule Rules[] = {
    {ELF::R_ARM_ABS32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_ARM_TARGET1, FixupKind::Abs32, nullptr, ""},
    {ELF::R_ARM_REL32, FixupKind::PCRel32Wrap, nullptr, ""},
    {ELF::R_ARM_PREL31, FixupKind::Arm_PRel31, nullptr, ""},
    {ELF::R_ARM_GOT_PREL, FixupKind::Arm_GotPRel32, nullptr, ""},
    {ELF::R_ARM_CALL, FixupKind::Arm_Call24, inWord<isCall>, "bl without a condition, or blx"},
    {ELF::R_ARM_JUMP24, FixupKind::Arm_Branch24, inWord<isBranch>, "b or bl"},
    {ELF::R_ARM_MOVW_ABS_NC, FixupKind::Arm_MovwAbs, inWord<isMovw>, "movw"},
    {ELF::R_ARM_MOVT_ABS, FixupKind::Arm_MovtAbs, inWord<isMovt>, "movt"},
    {ELF::R_ARM_MOVW_PREL_NC, FixupKind::Arm_MovwPRel, inWord<isMovw>, "movw"},
    {ELF::R_ARM_MOVT_PREL, FixupKind::Arm_MovtPRel, inWord<isMovt>, "movt"},
};

static constexpr const char *Thumb = "Thumb code is not supported, compile with -marm";
static constexpr const char *NoTable =
    "a stencil has data slots but no table of addresses, compile with -fno-pic";

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_ARM_THM_CALL, Thumb},          {ELF::R_ARM_THM_JUMP24, Thumb},
    {ELF::R_ARM_THM_JUMP19, Thumb},        {ELF::R_ARM_THM_JUMP11, Thumb},
    {ELF::R_ARM_THM_JUMP8, Thumb},         {ELF::R_ARM_THM_JUMP6, Thumb},
    {ELF::R_ARM_THM_MOVW_ABS_NC, Thumb},   {ELF::R_ARM_THM_MOVT_ABS, Thumb},
    {ELF::R_ARM_THM_MOVW_PREL_NC, Thumb},  {ELF::R_ARM_THM_MOVT_PREL, Thumb},
    {ELF::R_ARM_THM_PC8, Thumb},           {ELF::R_ARM_THM_PC12, Thumb},
    {ELF::R_ARM_THM_ALU_PREL_11_0, Thumb}, {ELF::R_ARM_GOT_BREL, NoTable},
    {ELF::R_ARM_GOTOFF32, NoTable},        {ELF::R_ARM_BASE_PREL, NoTable},
};

/// A mark on bx for processors without it.
static constexpr uint32_t Ignored[] = {ELF::R_ARM_V4BX};

/// The index of unwind information is made for every function, even for one without such information.
static constexpr uint32_t IgnoredSections[] = {ELF::SHT_ARM_EXIDX};

static int64_t addendOf(FixupKind Kind, const uint8_t *Field) {
  uint32_t Bits = support::endian::read32le(Field);
  switch (Kind) {
  case FixupKind::Arm_Call24:
    return SignExtend64<26>(uint64_t(Bits) << 2) + (isBlx(Bits) ? Bits >> 23 & 2 : 0);
  case FixupKind::Arm_Branch24:
    return SignExtend64<26>(uint64_t(Bits) << 2);
  case FixupKind::Arm_MovwAbs:
  case FixupKind::Arm_MovtAbs:
  case FixupKind::Arm_MovwPRel:
  case FixupKind::Arm_MovtPRel:
    return SignExtend64<16>((Bits >> 4 & 0xf000) | (Bits & 0xfff));
  case FixupKind::Arm_PRel31:
    return SignExtend64<31>(Bits);
  default:
    return static_cast<int32_t>(Bits);
  }
}

const ELFArchitecture ELFArm{{ELF::EM_ARM, ELF::ELFCLASS32, ELF::ELFDATA2LSB, "Arm"},
                             FixupKind::Abs32,
                             Rules,
                             Refusals,
                             Ignored,
                             addendOf,
                             nullptr,
                             nullptr,
                             IgnoredSections,
                             "a Thumb function, compile with -marm"};

} // namespace stencilgen
