// formats/FixupKinds: the table is complete and consistent, so that no user of it has to check.
#include "FixupKinds.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace stencilgen;

namespace {

TEST(FixupKinds, SpellingsAreUniqueAndFoundAgain) {
  StringSet<> Spellings;
  size_t Index = 0;
  for (const FixupKindInfo &Info : allFixupKinds()) {
    EXPECT_EQ(static_cast<size_t>(Info.Kind), Index++); // fixupKindInfo counts on it
    EXPECT_EQ(&fixupKindInfo(Info.Kind), &Info);
    EXPECT_TRUE(Spellings.insert(Info.Spelling).second) << Info.Spelling.str();
    EXPECT_EQ(fixupKindFromSpelling(Info.Spelling), Info.Kind);
  }
  EXPECT_EQ(fixupKindFromSpelling("nonsense"), std::nullopt);
  EXPECT_EQ(fixupKindFromSpelling(""), std::nullopt);
}

TEST(FixupKinds, EveryKindIsDocumented) {
  for (const FixupKindInfo &Info : allFixupKinds()) {
    EXPECT_TRUE(Info.Width == 1 || Info.Width == 2 || Info.Width == 4 || Info.Width == 8);
    EXPECT_FALSE(Info.Formula.empty());
    EXPECT_FALSE(Info.Range.empty());
    EXPECT_FALSE(Info.Note.empty());
    EXPECT_EQ(Info.Formula.contains('G'), usesDataSlot(Info.Kind)) << Info.Spelling.str();
  }
}

/// "-2^31 - 2^11" as a number; none for anything else.
std::optional<int64_t> numberIn(StringRef Text) {
  int64_t Sum = 0;
  bool IsNegative = Text.consume_front("-");
  while (true) {
    StringRef Term;
    int64_t Number = 0;
    bool NextIsNegative = false;
    size_t End = Text.find(' ');
    Term = Text.substr(0, End);
    unsigned Exponent = 0;
    if (Term.consume_front("2^") ? !Term.getAsInteger(10, Exponent) : false)
      Number = INT64_C(1) << Exponent;
    else if (Term.getAsInteger(10, Number))
      return std::nullopt;
    Sum += IsNegative ? -Number : Number;
    if (End == StringRef::npos)
      return Sum;
    Text = Text.substr(End);
    NextIsNegative = Text.consume_front(" - ");
    if (!NextIsNegative && !Text.consume_front(" + "))
      return std::nullopt;
    IsNegative = NextIsNegative;
  }
}

/// What people read of a kind agrees with the values that programs read.
TEST(FixupKinds, RangesSayTheLimits) {
  unsigned WithLimits = 0;
  for (const FixupKindInfo &Info : allFixupKinds()) {
    SCOPED_TRACE(Info.Spelling.str());
    bool IsPage = Info.Operand == FixupOperand::Page || Info.Operand == FixupOperand::PageRounded;
    auto [First, Rest] = Info.Range.split(';');
    auto [Limits, Multiple] = First.split(", ");
    if (Limits.contains(": "))
      Limits = Limits.split(": ").second;
    if (Limits == "any 64-bit value" || Limits == "any value" || Limits.starts_with("a multiple of")) {
      EXPECT_EQ(Info.Least, INT64_MIN);
      EXPECT_EQ(Info.Greatest, INT64_MAX);
      Multiple = Limits;
    } else if (Limits == "any 32-bit value") {
      EXPECT_EQ(Info.Operand, FixupOperand::RelativeWrap32);
      EXPECT_EQ(Info.Least, INT32_MIN);
      EXPECT_EQ(Info.Greatest, INT32_MAX);
    } else {
      auto [Least, Greatest] = Limits.split(" to ");
      EXPECT_EQ(numberIn(Least), Info.Least);
      // To Thumb, arm_call24 reaches odd addresses, which its text says behind the semicolon.
      if (Info.Kind != FixupKind::Arm_Call24)
        EXPECT_EQ(numberIn(Greatest), Info.Greatest + (IsPage ? 4095 : 0));
      ++WithLimits;
    }
    unsigned Number = 1;
    if (Multiple.consume_front("a multiple of ") && Multiple != "the bytes that are accessed")
      ASSERT_FALSE(Multiple.getAsInteger(10, Number));
    if (Info.Kind != FixupKind::Arm_Call24)
      EXPECT_EQ(Info.Multiple, Number);
  }
  EXPECT_GT(WithLimits, 45u);
}

TEST(FixupKinds, FormulasSayTheOperand) {
  for (const FixupKindInfo &Info : allFixupKinds()) {
    SCOPED_TRACE(Info.Spelling.str());
    bool IsPage = Info.Operand == FixupOperand::Page || Info.Operand == FixupOperand::PageRounded;
    EXPECT_EQ(Info.Formula.contains("- P"), isRelative(Info.Kind));
    EXPECT_EQ(Info.Formula.contains("Page("), IsPage);
    EXPECT_EQ(IsPage && Info.Formula.contains("0x800"), Info.Operand == FixupOperand::PageRounded);
    EXPECT_EQ(Info.Formula.contains("- T"), Info.Base == FixupBase::T);
  }
}

TEST(FixupKinds, BranchesAndVeneers) {
  for (const FixupKindInfo &Info : allFixupKinds()) {
    SCOPED_TRACE(Info.Spelling.str());
    bool MayBeFar = Info.Use == FixupUse::FarBranch || Info.Use == FixupUse::CallPair;
    EXPECT_EQ(Info.Note.contains("a veneer may stand in for S"), MayBeFar);
    if (Info.Spelling.contains("branch") || Info.Spelling.contains("call") || Info.Spelling.contains("jal"))
      EXPECT_TRUE(isBranch(Info.Kind));
  }
  EXPECT_FALSE(isBranch(FixupKind::PCRel32));
}

TEST(FixupKinds, Widths) {
  EXPECT_EQ(fixupKindInfo(FixupKind::Abs64).Width, 8u);
  EXPECT_EQ(fixupKindInfo(FixupKind::PCRel64).Width, 8u);
  EXPECT_EQ(fixupKindInfo(FixupKind::X86_64_Branch32).Width, 4u);
  EXPECT_FALSE(usesDataSlot(FixupKind::X86_64_Branch32));
  EXPECT_TRUE(usesDataSlot(FixupKind::X86_64_GotPCRel32RelaxRex));
}

} // namespace
