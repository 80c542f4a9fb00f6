// runtime/sources: expressions of hole values, on both sides of each limit.
#include "sources.h"
#include "gtest/gtest.h"

static testing::AssertionResult reads(const char *Text, unsigned From, unsigned Index, unsigned Shift,
                                      unsigned Width) {
  sg_source S;
  if (!sg_source_parse(Text, &S))
    return testing::AssertionFailure() << "'" << Text << "' is refused";
  if (S.source == From && S.index == Index && S.shift == Shift && S.width == Width)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << Text << "' is " << +S.source << ", " << +S.index << ", "
                                     << +S.shift << ", " << +S.width;
}

TEST(Sources, Forms) {
  EXPECT_TRUE(reads("operand[0]", SG_SOURCE_OPERAND, 0, 0, 64));
  EXPECT_TRUE(reads("operand[3]", SG_SOURCE_OPERAND, 3, 0, 64));
  EXPECT_TRUE(reads("target[1]", SG_SOURCE_TARGET, 1, 0, 64));
  EXPECT_TRUE(reads("trace[3]", SG_SOURCE_TRACE, 3, 0, 64));
  EXPECT_TRUE(reads("operand[0] >> 63", SG_SOURCE_OPERAND, 0, 63, 64));
  EXPECT_TRUE(reads("operand[0]>>0x20&1", SG_SOURCE_OPERAND, 0, 32, 1));
  EXPECT_TRUE(reads("\toperand[ 1 ] >> 8 & 0xFf ", SG_SOURCE_OPERAND, 1, 8, 8));
  EXPECT_TRUE(reads("operand[0] & 65535", SG_SOURCE_OPERAND, 0, 0, 16));
  EXPECT_TRUE(reads("operand[0] & 0xffffffffffffffff", SG_SOURCE_OPERAND, 0, 0, 64));
}

TEST(Sources, Refused) {
  for (const char *Text : {"",
                           "operand",
                           "operand[",
                           "operand[]",
                           "operand[4]",
                           "operand[-1]",
                           "target[2]",
                           "trace[4]",
                           "symbol[0]",
                           "operand[0] >> 64",
                           "operand[0] >>",
                           "operand[0] & 0",
                           "operand[0] & 5",
                           "operand[0] &",
                           "operand[0] & 0x",
                           "operand[0] & 0x10000000000000000",
                           "operand[99999999999999999999]",
                           "operand[0] & 1 >> 2",
                           "operand[0] + 1",
                           "operand[0]\n"}) {
    sg_source S;
    EXPECT_FALSE(sg_source_parse(Text, &S)) << Text;
  }
}
