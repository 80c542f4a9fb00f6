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

TEST(FixupKinds, Widths) {
  EXPECT_EQ(fixupKindInfo(FixupKind::Abs64).Width, 8u);
  EXPECT_EQ(fixupKindInfo(FixupKind::PCRel64).Width, 8u);
  EXPECT_EQ(fixupKindInfo(FixupKind::X86_64_Branch32).Width, 4u);
  EXPECT_FALSE(usesDataSlot(FixupKind::X86_64_Branch32));
  EXPECT_TRUE(usesDataSlot(FixupKind::X86_64_GotPCRel32RelaxRex));
}

} // namespace
