// runtime/fixups: every fixup kind at both ends of its range and beyond them. The expected bytes are what
// LLVM's assembler makes of the instruction in the comment with these numbers as its operand; data is spelled
// out.
#include "fixups.h"
#include "FixupKinds.h"
#include "llvm/ADT/StringExtras.h"
#include "gtest/gtest.h"
#include <set>
#include <vector>

using namespace llvm;

namespace {

struct Row {
  sg_fixup_kind Kind;
  const char *Before; ///< bytes as hexadecimal digits: the instruction with another operand
  int64_t Lowest;     ///< operand
  const char *AtLowest;
  int64_t Highest;
  const char *AtHighest;
};

// clang-format off
const Row Rows[] = {
    {SG_FIXUP_Abs64, "5a5a5a5a5a5a5a5a", INT64_MIN, "0000000000000080", INT64_MAX, "ffffffffffffff7f"},
    {SG_FIXUP_Abs32, "5a5a5a5a", 0x0, "00000000", 0xffffffffLL, "ffffffff"},
    {SG_FIXUP_Abs32Signed, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_Abs16, "5a5a", -0x8000, "0080", 0xffff, "ffff"},
    {SG_FIXUP_Abs8, "5a", -0x80, "80", 0xff, "ff"},
    {SG_FIXUP_PCRel64, "5a5a5a5a5a5a5a5a", INT64_MIN, "0000000000000080", INT64_MAX, "ffffffffffffff7f"},
    {SG_FIXUP_PCRel32, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_GotPCRel32, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_Abs64BE, "5a5a5a5a5a5a5a5a", INT64_MIN, "8000000000000000", INT64_MAX, "7fffffffffffffff"},
    {SG_FIXUP_Abs32BE, "5a5a5a5a", 0x0, "00000000", 0xffffffffLL, "ffffffff"},
    {SG_FIXUP_PCRel64BE, "5a5a5a5a5a5a5a5a", INT64_MIN, "8000000000000000", INT64_MAX, "7fffffffffffffff"},
    {SG_FIXUP_PCRel32BE, "5a5a5a5a", -0x80000000LL, "80000000", 0x7fffffffLL, "7fffffff"},
    {SG_FIXUP_PCRel32Wrap, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_X86_64_Branch32, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_X86_64_GotPCRel32, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_X86_64_GotPCRel32Relax, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_X86_64_GotPCRel32RelaxRex, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_I386_Branch32, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_I386_GotAbs32, "5a5a5a5a", 0x0, "00000000", 0xffffffffLL, "ffffffff"},
    {SG_FIXUP_AArch64_Branch26, "00000094", -0x8000000, "00000096", 0x7fffffc, "ffffff95"}, // bl #0
    {SG_FIXUP_AArch64_Page21, "03000090", -0x100000000LL, "03008090", 0xfffff000LL, "e3ff7ff0"}, // adrp x3, #0
    {SG_FIXUP_AArch64_PageOff12, "83040091", INT64_MIN, "83000091", INT64_MAX, "83fc3f91"}, // add x3, x4, #1
    {SG_FIXUP_AArch64_PageOff12, "830400b9", 0x0, "830000b9", 0x12345678LL, "837806b9"}, // str w3, [x4, #4]
    {SG_FIXUP_AArch64_PageOff12, "8304c03d", 0x0, "8300c03d", 0xff0, "83fcc33d"}, // ldr q3, [x4, #16]
    {SG_FIXUP_AArch64_GotPage21, "03000090", -0x100000000LL, "03008090", 0xfffff000LL, "e3ff7ff0"}, // adrp x3, #0
    {SG_FIXUP_AArch64_GotPageOff12, "830440f9", INT64_MIN, "830040f9", INT64_MAX - 7, "83fc47f9"}, // ldr x3, [x4, #8]
    {SG_FIXUP_AArch64_MovwG0, "434b8bf2", INT64_MIN, "030080f2", INT64_MAX, "e3ff9ff2"}, // movk x3, #0x5a5a, lsl #0
    {SG_FIXUP_AArch64_MovwG1, "434babf2", INT64_MIN, "0300a0f2", INT64_MAX, "e3ffbff2"}, // movk x3, #0x5a5a, lsl #16
    {SG_FIXUP_AArch64_MovwG2, "434bcbf2", INT64_MIN, "0300c0f2", INT64_MAX, "e3ffdff2"}, // movk x3, #0x5a5a, lsl #32
    {SG_FIXUP_AArch64_MovwG3, "434bebf2", INT64_MIN, "0300f0f2", INT64_MAX, "e3ffeff2"}, // movk x3, #0x5a5a, lsl #48
    {SG_FIXUP_AArch64_Branch19, "0b000054", -0x100000, "0b008054", 0xffffc, "ebff7f54"}, // b.lt #0
    {SG_FIXUP_AArch64_Branch19, "09000035", -0x100000, "09008035", 0xffffc, "e9ff7f35"}, // cbnz w9, #0
    {SG_FIXUP_AArch64_Branch14, "0900f8b7", -0x8000, "0900fcb7", 0x7ffc, "e9fffbb7"}, // tbnz x9, #63, #0
    {SG_FIXUP_AArch64_Adr21, "03000010", -0x100000, "03008010", 0xfffff, "e3ff7f70"}, // adr x3, #0
    {SG_FIXUP_AArch64_Literal19, "0300009c", -0x100000, "0300809c", 0xffffc, "e3ff7f9c"}, // ldr q3, #0
    {SG_FIXUP_AArch64_GotLiteral19, "03000058", -0x100000, "03008058", 0xffffc, "e3ff7f58"}, // ldr x3, #0
    {SG_FIXUP_RiscV_Branch12, "6361b500", -0x1000, "6360b580", 0xffe, "e36fb57e"}, // bltu a0, a1, 2
    {SG_FIXUP_RiscV_Jal20, "ef002000", -0x100000, "ef000080", 0xffffe, "eff0ff7f"}, // jal ra, 2
    {SG_FIXUP_RiscV_RvcBranch8, "89e3", -0x100, "81f3", 0xfe, "fdef"}, // c.bnez a5, 2
    {SG_FIXUP_RiscV_RvcJump11, "09a0", -0x800, "01b0", 0x7fe, "fdaf"}, // c.j 2
    {SG_FIXUP_RiscV_Call, "17530000e7036300", -0x80000800LL, "17030080e7030380", 0x7ffff7feLL, "17f3ff7fe703e37f"}, // auipc t1, 5; jalr t2, 6(t1)
    {SG_FIXUP_RiscV_Hi20, "b7560000", -0x80000800LL, "b7060080", 0x7ffff7ffLL, "b7f6ff7f"}, // lui a3, 5
    {SG_FIXUP_RiscV_Lo12I, "87265700", INT64_MIN, "87260700", INT64_MAX, "8726f7ff"}, // flw fa3, 5(a4)
    {SG_FIXUP_RiscV_Lo12S, "a332d700", INT64_MIN, "2330d700", INT64_MAX, "a33fd7fe"}, // sd a3, 5(a4)
    {SG_FIXUP_RiscV_PCRelHi20, "97560000", -0x80000800LL, "97060080", 0x7ffff7ffLL, "97f6ff7f"}, // auipc a3, 5
    {SG_FIXUP_RiscV_PCRelLo12I, "93065700", INT64_MIN, "93060700", INT64_MAX, "9306f7ff"}, // addi a3, a4, 5
    {SG_FIXUP_RiscV_PCRelLo12S, "a732d700", -0x800, "2730d780", 0x7ff, "a73fd77e"}, // fsd fa3, 5(a4)
    {SG_FIXUP_RiscV_GotPCRelHi20, "97560000", -0x80000800LL, "97060080", 0x7ffff7ffLL, "97f6ff7f"}, // auipc a3, 5
    {SG_FIXUP_RiscV_GotPCRelLo12I, "83365700", -0x800, "83360780", 0x7ff, "8336f77f"}, // ld a3, 5(a4)
    {SG_FIXUP_RiscV_CallWrap, "17530000e7036300", -0x80000000LL, "17030080e7030300", 0x7ffffffeLL, "17030080e703e3ff"}, // auipc t1, 5; jalr t2, 6(t1)
    {SG_FIXUP_RiscV_Hi20Wrap, "b7560000", -0x80000000LL, "b7060080", 0xffffffffLL, "b7060000"}, // lui a3, 5
    {SG_FIXUP_RiscV_PCRelHi20Wrap, "97560000", -0x80000000LL, "97060080", 0x7fffffffLL, "97060080"}, // auipc a3, 5
    {SG_FIXUP_RiscV_GotPCRelHi20Wrap, "97560000", -0x80000000LL, "97060080", 0x7fffffffLL, "97060080"}, // auipc a3, 5
    {SG_FIXUP_LoongArch_Branch16, "8504006c", -0x20000, "8500006e", 0x1fffc, "85fcff6d"}, // bgeu $a0, $a1, 4
    {SG_FIXUP_LoongArch_Branch21, "80040044", -0x400000, "90000044", 0x3ffffc, "8ffcff47"}, // bnez $a0, 4
    {SG_FIXUP_LoongArch_Branch26, "00040054", -0x8000000, "00020054", 0x7fffffc, "fffdff57"}, // bl 4
    {SG_FIXUP_LoongArch_Call36, "ac00001e8105004c", -0x2000020000LL, "0c00001f8101004e", 0x1ffffdfffcLL, "ecffff1e81fdff4d"}, // pcaddu18i $t0, 5; jirl $ra, $t0, 4
    {SG_FIXUP_LoongArch_Page20, "a400001a", -0x80000000LL, "0400001b", 0x7ffff000LL, "e4ffff1a"}, // pcalau12i $a0, 5
    {SG_FIXUP_LoongArch_PageOff12, "a414c002", INT64_MIN, "a400c002", INT64_MAX, "a4fcff02"}, // addi.d $a0, $a1, 5
    {SG_FIXUP_LoongArch_PageOff12, "a014c02b", -0x800, "a000e02b", 0x7ff, "a0fcdf2b"}, // fst.d $fa0, $a1, 5
    {SG_FIXUP_LoongArch_GotPage20, "a400001a", -0x80000000LL, "0400001b", 0x7ffff000LL, "e4ffff1a"}, // pcalau12i $a0, 5
    {SG_FIXUP_LoongArch_GotPageOff12, "a414c028", -0x800, "a400e028", 0x7ff, "a4fcdf28"}, // ld.d $a0, $a1, 5
    {SG_FIXUP_S390X_PC16Dbl, "0001", -0x10000, "8000", 0xfffe, "7fff"}, // j .+2
    {SG_FIXUP_S390X_PC32Dbl, "00000001", -0x100000000LL, "80000000", 0xfffffffeLL, "7fffffff"}, // larl %r2, .+2
    {SG_FIXUP_S390X_Branch32Dbl, "00000001", -0x100000000LL, "80000000", 0xfffffffeLL, "7fffffff"}, // brasl %r14, .+2
    {SG_FIXUP_S390X_GotPC32Dbl, "00000001", -0x100000000LL, "80000000", 0xfffffffeLL, "7fffffff"}, // lgrl %r2, .+2
    {SG_FIXUP_Arm_Branch24, "0000001a", -0x2000000, "0000801a", 0x1fffffc, "ffff7f1a"}, // bne #0
    {SG_FIXUP_Arm_Call24, "000000eb", -0x2000000, "000080eb", 0x1fffffc, "ffff7feb"}, // bl #0
    {SG_FIXUP_Arm_Call24, "000000eb", -0x1ffffff, "000080fa", 0x1ffffff, "ffff7ffb"}, // bl #0
    {SG_FIXUP_Arm_Call24, "000000fb", -0x1fffffd, "000080fb", 0x1fffffc, "ffff7feb"}, // blx #2
    {SG_FIXUP_Arm_MovwAbs, "5a3a05e3", INT64_MIN, "003000e3", INT64_MAX, "ff3f0fe3"}, // movw r3, #0x5a5a
    {SG_FIXUP_Arm_MovtAbs, "5a3a45e3", 0x12345678LL, "343241e3", 0xfedc5678LL, "dc3e4fe3"}, // movt r3, #0x5a5a
    {SG_FIXUP_Arm_MovwPRel, "5a3a05e3", 0x12345678LL, "783605e3", 0xfedc5678LL, "783605e3"}, // movw r3, #0x5a5a
    {SG_FIXUP_Arm_MovtPRel, "5a3a45e3", -0x1, "ff3f4fe3", 0x12345678LL, "343241e3"}, // movt r3, #0x5a5a
    {SG_FIXUP_Arm_PRel31, "05000080", -0x40000000LL, "000000c0", 0x3fffffffLL, "ffffffbf"},
    {SG_FIXUP_Arm_GotPRel32, "5a5a5a5a", -0x80000000LL, "00000080", 0x7fffffffLL, "ffffff7f"},
    {SG_FIXUP_PPC64_Branch24, "05000048", -0x2000000, "0100004a", 0x1fffffc, "fdffff49"}, // bl .+4
    {SG_FIXUP_PPC64_Branch24NoToc, "04000048", -0x2000000, "0000004a", 0x1fffffc, "fcffff49"}, // b .+4
    {SG_FIXUP_PPC64_PCRel34, "0000100605006080", -0x200000000LL, "0000120600006080", 0x1ffffffffLL, "ffff1106ffff6080"}, // plwz 3, 5(0), 1
    {SG_FIXUP_PPC64_GotPCRel34, "00001004050060e4", -0x200000000LL, "00001204000060e4", 0x1ffffffffLL, "ffff1104ffff60e4"}, // pld 3, 5(0), 1
    {SG_FIXUP_PPC64_Toc16HA, "0500", -0x80008000LL, "0080", 0x7fff7fffLL, "ff7f"}, // addis 3, 2, 5
    {SG_FIXUP_PPC64_Toc16Lo, "0500", -0x8000, "0080", 0x7fff, "ff7f"}, // lwz 3, 5(3)
    {SG_FIXUP_PPC64_Toc16LoDS, "0500", -0x8000, "0180", 0x7ffc, "fd7f"}, // ldu 3, 4(4)
    {SG_FIXUP_PPC64_Rel16HA, "0500", -0x80008000LL, "0080", 0x7fff7fffLL, "ff7f"}, // addis 2, 12, 5
    {SG_FIXUP_PPC64_Rel16Lo, "0500", -0x8000, "0080", 0x7fff, "ff7f"}, // addi 2, 2, 5
};
// clang-format on

constexpr uint64_t Address = 0x40000ffc;

sg_fixup_info infoOf(sg_fixup_kind Kind) {
  sg_fixup_info Info{};
  EXPECT_EQ(sg_fixup_kind_info(Kind, &Info), SG_OK);
  return Info;
}

/// The value whose operand this is, for fixups at Address.
uint64_t valueFor(const sg_fixup_info &Info, int64_t Operand) {
  constexpr uint64_t Page = Address & ~UINT64_C(0xfff);
  switch (Info.operand) {
  case SG_OPERAND_ABSOLUTE:
    return static_cast<uint64_t>(Operand);
  case SG_OPERAND_RELATIVE:
    return Address + static_cast<uint64_t>(Operand);
  case SG_OPERAND_RELATIVE_WRAP32:
    return static_cast<uint32_t>(Address + static_cast<uint64_t>(Operand));
  case SG_OPERAND_PAGE:
    return Page + static_cast<uint64_t>(Operand) + 0xfff; // the last byte of the page
  case SG_OPERAND_PAGE_ROUNDED:
    return Page + static_cast<uint64_t>(Operand) + 0x7ff;
  }
  return 0;
}

/// What sg_fixup_apply makes of bytes. They stand between others, which it must not change.
struct Applied {
  sg_result Result;
  std::string Bytes;

  Applied(sg_fixup_kind Kind, StringRef Before, uint64_t Value) {
    std::string Buffer = "\xa5" + fromHex(Before) + "\xa5";
    Result = sg_fixup_apply(Kind, reinterpret_cast<uint8_t *>(Buffer.data()) + 1, Address, Value);
    EXPECT_EQ(Buffer.front(), '\xa5');
    EXPECT_EQ(Buffer.back(), '\xa5');
    Bytes = toHex(StringRef(Buffer).drop_front().drop_back(), /*LowerCase=*/true);
    EXPECT_EQ(sg_fixup_check(Kind, Address, Value), Result == SG_WRONG_INSTRUCTION ? SG_OK : Result);
  }
};

/// Expects that bytes are refused and stay.
void expectRefused(sg_fixup_kind Kind, StringRef Before, uint64_t Value, sg_result Expected) {
  Applied Result(Kind, Before, Value);
  EXPECT_EQ(Result.Result, Expected) << sg_result_text(Result.Result);
  EXPECT_EQ(Result.Bytes, Before);
}

class Fixups : public testing::TestWithParam<Row> {
protected:
  const Row &R = GetParam();
  sg_fixup_info Info = infoOf(R.Kind);
};

TEST_P(Fixups, BothEndsOfTheRange) {
  ASSERT_EQ(StringRef(R.Before).size(), 2 * Info.width);
  Applied Low(R.Kind, R.Before, valueFor(Info, R.Lowest)), High(R.Kind, R.Before, valueFor(Info, R.Highest));
  EXPECT_EQ(Low.Result, SG_OK) << sg_result_text(Low.Result);
  EXPECT_EQ(Low.Bytes, R.AtLowest);
  EXPECT_EQ(High.Result, SG_OK) << sg_result_text(High.Result);
  EXPECT_EQ(High.Bytes, R.AtHighest);
  // Nothing that was there before shows.
  EXPECT_EQ(Applied(R.Kind, R.AtHighest, valueFor(Info, R.Lowest)).Bytes, R.AtLowest);
}

INSTANTIATE_TEST_SUITE_P(EveryKind, Fixups, testing::ValuesIn(Rows),
                         [](const testing::TestParamInfo<Row> &Test) {
                           return std::string(infoOf(Test.param.Kind).name) + "_" +
                                  std::to_string(Test.index);
                         });

/// The limits of a kind in all rows.
std::pair<int64_t, int64_t> limitsOf(sg_fixup_kind Kind) {
  std::pair<int64_t, int64_t> Limits(INT64_MAX, INT64_MIN);
  for (const Row &R : Rows)
    if (R.Kind == Kind)
      Limits = {std::min(Limits.first, R.Lowest), std::max(Limits.second, R.Highest)};
  return Limits;
}

const Row &rowOf(sg_fixup_kind Kind) {
  return *std::find_if(std::begin(Rows), std::end(Rows), [&](const Row &R) { return R.Kind == Kind; });
}

std::vector<sg_fixup_kind> everyKind() {
  std::vector<sg_fixup_kind> Kinds;
  for (unsigned Kind = 0; Kind < SG_FIXUP_KIND_COUNT; ++Kind)
    Kinds.push_back(static_cast<sg_fixup_kind>(Kind));
  return Kinds;
}

TEST(FixupRanges, EveryKindHasARow) {
  std::set<sg_fixup_kind> WithRow;
  for (const Row &R : Rows)
    WithRow.insert(R.Kind);
  EXPECT_EQ(WithRow.size(), size_t(SG_FIXUP_KIND_COUNT));
}

TEST(FixupRanges, OneFurtherIsRefused) {
  unsigned Tested = 0;
  for (sg_fixup_kind Kind : everyKind()) {
    sg_fixup_info Info = infoOf(Kind);
    SCOPED_TRACE(Info.name);
    if (Info.operand == SG_OPERAND_RELATIVE_WRAP32 && Info.maximum == INT32_MAX)
      continue; // any 32-bit value
    bool IsPage = Info.operand == SG_OPERAND_PAGE || Info.operand == SG_OPERAND_PAGE_ROUNDED;
    int64_t Step = IsPage ? 4096 : Info.multiple;
    if (Info.minimum != INT64_MIN) {
      auto [Lowest, Highest] = limitsOf(Kind);
      EXPECT_EQ(Lowest, Info.minimum);
      EXPECT_EQ(Highest, Info.maximum);
      const Row &R = rowOf(Kind);
      expectRefused(Kind, R.Before, valueFor(Info, Lowest - Step), SG_OUT_OF_RANGE);
      expectRefused(Kind, R.Before, valueFor(Info, Highest + Step), SG_OUT_OF_RANGE);
      ++Tested;
    }
    // Far off, where a difference of addresses could wrap into the range.
    if (Info.minimum != INT64_MIN && Info.operand != SG_OPERAND_RELATIVE_WRAP32)
      for (int Bit = 48; Bit < 63; ++Bit)
        expectRefused(Kind, rowOf(Kind).Before, valueFor(Info, 0) ^ (UINT64_C(1) << Bit), SG_OUT_OF_RANGE);
  }
  EXPECT_GT(Tested, 40U);
}

TEST(FixupRanges, MultiplesOnly) {
  unsigned Tested = 0;
  for (sg_fixup_kind Kind : everyKind()) {
    sg_fixup_info Info = infoOf(Kind);
    SCOPED_TRACE(Info.name);
    for (uint32_t Odd = 1; Odd < Info.multiple; Odd *= 2, ++Tested)
      expectRefused(Kind, rowOf(Kind).Before, valueFor(Info, Odd), SG_MISALIGNED);
  }
  EXPECT_GT(Tested, 20U);
}

TEST(FixupRanges, MultiplesThatTheInstructionTells) {
  struct {
    const char *Before;
    unsigned Bytes;
  } Accesses[] = {{"83044039", 1},  // ldrb w3, [x4, #1]
                  {"83044079", 2},  // ldrh w3, [x4, #2]
                  {"830440b9", 4},  // ldr w3, [x4, #4]
                  {"830440f9", 8},  // ldr x3, [x4, #8]
                  {"8304c03d", 16}, // ldr q3, [x4, #16]
                  {"8304403d", 1},  // ldr b3, [x4, #1]
                  {"83040091", 1}}; // add x3, x4, #1
  for (auto &Access : Accesses) {
    SCOPED_TRACE(Access.Before);
    EXPECT_EQ(Applied(SG_FIXUP_AArch64_PageOff12, Access.Before, 0x7000 + Access.Bytes).Bytes, Access.Before);
    for (unsigned Odd = 1; Odd < Access.Bytes; Odd *= 2) {
      Applied Result(SG_FIXUP_AArch64_PageOff12, Access.Before, 0);
      std::string Buffer = fromHex(Access.Before);
      EXPECT_EQ(
          sg_fixup_apply(SG_FIXUP_AArch64_PageOff12, reinterpret_cast<uint8_t *>(Buffer.data()), 0, Odd),
          SG_MISALIGNED);
      EXPECT_EQ(toHex(Buffer, true), Access.Before);
    }
  }
  // bl and blx: Thumb functions are odd, and no function begins at 2 more than a multiple of 4.
  std::string Call = fromHex("000000eb");
  EXPECT_EQ(sg_fixup_apply(SG_FIXUP_Arm_Call24, reinterpret_cast<uint8_t *>(Call.data()), 0, 2),
            SG_MISALIGNED);
}

TEST(FixupRanges, OtherInstructionsAreRefused) {
  // All bits 0 and all bits 1 are instructions that no kind belongs in, and those of x86 and s390x are not
  // looked at.
  unsigned Tested = 0;
  for (sg_fixup_kind Kind : everyKind()) {
    sg_fixup_info Info = infoOf(Kind);
    SCOPED_TRACE(Info.name);
    StringRef Name = Info.name;
    bool IsInstruction = Name.contains('_') && !Name.starts_with("x86") && !Name.starts_with("i386") &&
                         !Name.starts_with("s390x") && !Name.starts_with("abs") &&
                         !Name.starts_with("pcrel") && !Name.starts_with("got_") &&
                         !Name.ends_with("rel31") && !Name.ends_with("rel32") &&
                         !Name.starts_with("ppc64_toc") && !Name.starts_with("ppc64_rel");
    if (!IsInstruction)
      continue;
    for (const char *Byte : {"00", "ff"}) {
      std::string Other;
      for (unsigned I = 0; I < Info.width; ++I)
        Other += Byte;
      expectRefused(Kind, Other, valueFor(Info, 0), SG_WRONG_INSTRUCTION);
    }
    ++Tested;
  }
  EXPECT_GT(Tested, 35U);
  // Pairs: both are looked at, and whether they belong together.
  expectRefused(SG_FIXUP_RiscV_Call, "1753000013036300", Address, SG_WRONG_INSTRUCTION);
  expectRefused(SG_FIXUP_RiscV_Call, "97530000e7036300", Address, SG_WRONG_INSTRUCTION);
  expectRefused(SG_FIXUP_LoongArch_Call36, "ac00001e81050050", Address, SG_WRONG_INSTRUCTION);
  expectRefused(SG_FIXUP_LoongArch_Call36, "ad00001e8105004c", Address, SG_WRONG_INSTRUCTION);
  // movk of other bits.
  expectRefused(SG_FIXUP_AArch64_MovwG0, "434babf2", 0, SG_WRONG_INSTRUCTION);
  // bl with a condition has no blx.
  expectRefused(SG_FIXUP_Arm_Call24, "0000001b", Address, SG_WRONG_INSTRUCTION);
  // A prefixed instruction that is not relative (R = 0).
  expectRefused(SG_FIXUP_PPC64_PCRel34, "0000000605006080", Address, SG_WRONG_INSTRUCTION);
}

TEST(FixupKindTable, SameAsTheCompilers) {
  ASSERT_EQ(stencilgen::allFixupKinds().size(), size_t(SG_FIXUP_KIND_COUNT));
  for (const stencilgen::FixupKindInfo &Info : stencilgen::allFixupKinds()) {
    auto Kind = static_cast<sg_fixup_kind>(Info.Kind);
    sg_fixup_info C = infoOf(Kind);
    EXPECT_EQ(C.name, Info.Spelling);
    EXPECT_EQ(C.width, Info.Width);
    EXPECT_EQ(C.range, Info.Range);
    EXPECT_EQ(sg_fixup_kind_from_name(C.name), Kind);
  }
  EXPECT_EQ(sg_fixup_kind_from_name("nonsense"), SG_FIXUP_KIND_COUNT);
}

TEST(FixupKindTable, NumbersThatAreNoKind) {
  sg_fixup_info Info;
  uint8_t Bytes[8] = {};
  for (int Number : {int(SG_FIXUP_KIND_COUNT), -1, 1 << 20}) {
    auto Kind = static_cast<sg_fixup_kind>(Number);
    EXPECT_EQ(sg_fixup_kind_info(Kind, &Info), SG_UNKNOWN_KIND);
    EXPECT_EQ(sg_fixup_check(Kind, 0, 0), SG_UNKNOWN_KIND);
    EXPECT_EQ(sg_fixup_apply(Kind, Bytes, 0, 0), SG_UNKNOWN_KIND);
  }
}

} // namespace
