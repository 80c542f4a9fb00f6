// emit/Pairs: what may stand between two instructions that the JIT changes together.
#include "emit/Pairs.h"
#include "llvm/Support/Endian.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace stencilgen;

namespace {

/// Whether `adrp x8, SYMBOL`, \p Between, `ldr x8, [x8, SYMBOL]` is a pair. \p IsApart: it need not be
/// neighbours.
bool isPair(ArrayRef<uint32_t> Between, bool IsApart = true) {
  std::vector<uint32_t> Words = {0x90000008};
  Words.insert(Words.end(), Between.begin(), Between.end());
  Words.push_back(0xf9400108);
  Stencil S;
  S.Bytes.resize(4 * Words.size());
  for (size_t I = 0; I < Words.size(); ++I)
    support::endian::write32le(&S.Bytes[4 * I], Words[I]);
  S.Holes = {{0, FixupKind::AArch64_GotPage21, "", "", "symbol", 0},
             {S.Bytes.size() - 4, FixupKind::AArch64_GotPageOff12, "", "", "symbol", 0}};
  PairFunction Function{FixupKind::AArch64_GotPage21, FixupKind::AArch64_GotPageOff12, "patch", IsApart};
  return findPair(S, 0, Function).has_value();
}

TEST(Pairs, Neighbours) {
  EXPECT_TRUE(isPair({}, false));
  EXPECT_FALSE(isPair({0xaa1803e0}, false)); // mov x0, x24
}

TEST(Pairs, RegistersBetween) {
  EXPECT_TRUE(isPair({0xaa1803e0}));  // mov x0, x24
  EXPECT_FALSE(isPair({0xaa0803e0})); // mov x0, x8
  EXPECT_FALSE(isPair({0x8b0802c9})); // add x9, x22, x8
  EXPECT_FALSE(isPair({0xf90002c8})); // str x8, [x22]
  EXPECT_FALSE(isPair({0xf9400109})); // ldr x9, [x8]
  EXPECT_FALSE(isPair({0xa94022a9})); // ldp x9, x8, [x21]
}

TEST(Pairs, NumbersBetween) {
  EXPECT_TRUE(isPair({0x910022c9}));  // add x9, x22, #8
  EXPECT_TRUE(isPair({0xf94022a9}));  // ldr x9, [x21, #0x40]
  EXPECT_TRUE(isPair({0x394022a9}));  // ldrb w9, [x21, #8]
  EXPECT_TRUE(isPair({0x529d6d09}));  // movz w9, #0xeb68
  EXPECT_FALSE(isPair({0x529d6d08})); // movz w8, #0xeb68
}

TEST(Pairs, WaysOut) {
  EXPECT_FALSE(isPair({0x54000040})); // b.eq behind the pair
  EXPECT_FALSE(isPair({0xd63f0060})); // blr x3
}

} // namespace
