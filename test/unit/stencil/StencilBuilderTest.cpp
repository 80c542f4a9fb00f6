// stencil/StencilBuilder and the verifier on images that Clang does not make.
#include "stencil/StencilBuilder.h"
#include "stencil/Verifier.h"
#include "support/Diagnostic.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace stencilgen;

namespace {

const HoleProfile Holes{"_JIT_", "CONTINUE", "", {{"CODE", ""}, {"DATA", ""}, {"CONTINUE", ""}}};
LayoutProfile layout() {
  LayoutProfile Layout;
  Layout.Nop = {0x90};
  Layout.MaxDataAlignment = 8;
  return Layout;
}

const LayoutProfile Layout = layout();
const HeaderForm Header;
const StencilRules Rules{"_JIT_ENTRY", Holes, Layout, Header};

/// Code with the entry at \p EntryValue, and a symbol _JIT_CONTINUE.
ObjectImage image(std::vector<uint8_t> Code, uint64_t EntryValue = 0) {
  ObjectImage Image;
  Image.Sections.push_back({".text", SectionKind::Code, 16, std::move(Code), {}});
  Image.Symbols = {{"", std::nullopt, 0, false},
                   {"_JIT_ENTRY", 0, EntryValue, false},
                   {"_JIT_CONTINUE", std::nullopt, 0, false}};
  return Image;
}

std::string errorOf(const ObjectImage &Image) {
  auto Group = buildStencilGroup("X", Image, Rules);
  return Group ? "" : toString(Group.takeError());
}

TEST(StencilBuilder, NoCodeNoEntry) {
  EXPECT_EQ(errorOf(image({})), "stencilgen: error: the object file has no code\n");
  ObjectImage NoEntry = image({0xc3});
  NoEntry.Symbols.erase(NoEntry.Symbols.begin() + 1);
  EXPECT_EQ(errorOf(NoEntry), "stencilgen: error: expected a definition of '_JIT_ENTRY', found none\n");
  ObjectImage Undefined = image({0xc3});
  Undefined.Symbols[1].Section.reset();
  EXPECT_EQ(errorOf(Undefined), "stencilgen: error: expected a definition of '_JIT_ENTRY', found none\n");
  EXPECT_EQ(errorOf(image({0x90, 0xc3}, 1)), "stencilgen: error: expected '_JIT_ENTRY' at the start of the "
                                             "code, found it at offset 0x1 of the code\n");
}

/// nop and jmp rel32, as \p Jump, to the code that follows.
ObjectImage withJump(std::vector<uint8_t> Code, uint64_t Offset, int64_t Addend) {
  ObjectImage Image = image(std::move(Code));
  Image.Sections[0].Fixups = {{Offset, FixupKind::X86_64_Branch32, "R_X86_64_PLT32", 2, Addend}};
  return Image;
}

size_t sizeAfterDropping(const ObjectImage &Image) {
  auto Group = buildStencilGroup("X", Image, Rules);
  EXPECT_TRUE(static_cast<bool>(Group));
  EXPECT_EQ(Group->Code.Holes.empty(), Group->Code.Bytes.size() < Image.Sections[0].Bytes.size());
  return Group->Code.Bytes.size();
}

TEST(StencilBuilder, TrailingJumpAndWhatIsNone) {
  EXPECT_EQ(sizeAfterDropping(withJump({0x90, 0xe9, 0, 0, 0, 0}, 2, -4)), 1u);
  EXPECT_EQ(sizeAfterDropping(withJump({0xe9, 0, 0, 0, 0}, 1, -4)), 0u);
  EXPECT_EQ(sizeAfterDropping(withJump({0xe9, 0, 0, 0, 0, 0x90}, 1, -4)), 6u); // not the last
  EXPECT_EQ(sizeAfterDropping(withJump({0x90, 0xe8, 0, 0, 0, 0}, 2, -4)), 6u); // a call
  EXPECT_EQ(sizeAfterDropping(withJump({0x0f, 0x84, 0, 0, 0, 0}, 2, -4)), 6u); // a conditional jump
  EXPECT_EQ(sizeAfterDropping(withJump({0x90, 0xe9, 0, 0, 0, 0}, 2, -3)), 6u); // one byte further
  EXPECT_EQ(sizeAfterDropping(withJump({0, 0, 0, 0}, 0, -4)), 4u);             // no opcode before it
}

TEST(StencilBuilder, TrailingBranchOfAArch64) {
  auto With = [](std::vector<uint8_t> Code, uint64_t Offset, int64_t Addend) {
    ObjectImage Image = withJump(std::move(Code), Offset, Addend);
    Image.Sections[0].Fixups[0].Kind = FixupKind::AArch64_Branch26;
    return sizeAfterDropping(Image);
  };
  EXPECT_EQ(With({0x1f, 0x20, 0x03, 0xd5, 0, 0, 0, 0x14}, 4, 0), 4u); // nop; b
  EXPECT_EQ(With({0x1f, 0x20, 0x03, 0xd5, 0, 0, 0, 0x94}, 4, 0), 8u); // nop; bl
  EXPECT_EQ(With({0, 0, 0, 0x14}, 0, 4), 4u);                         // one instruction further
  EXPECT_EQ(With({0, 0, 0, 0x14, 0x1f, 0x20, 0x03, 0xd5}, 0, 0), 8u); // not the last
}

StencilSet setWith(Hole H, size_t Size) {
  StencilSet Set;
  Set.Expressions = {{"CODE", "code"}, {"DATA", "data"}};
  Set.Header.CPython.PatchFunctions = {{FixupKind::Abs64, "patch_64"}};
  StencilGroup Group;
  Group.Name = "X";
  Group.Code.Bytes.resize(Size);
  Group.Code.Holes = {std::move(H)};
  Set.Groups = {Group};
  return Set;
}

TEST(Verifier, BothSidesOfTheEnd) {
  EXPECT_FALSE(errorToBool(verifyStencils(setWith({0, FixupKind::Abs64, "", "CODE", "", 0}, 8))));
  EXPECT_TRUE(errorToBool(verifyStencils(setWith({1, FixupKind::Abs64, "", "CODE", "", 0}, 8))));
  EXPECT_TRUE(errorToBool(verifyStencils(setWith({UINT64_MAX, FixupKind::Abs64, "", "CODE", "", 0}, 8))));
  EXPECT_TRUE(errorToBool(verifyStencils(setWith({0, FixupKind::Abs64, "", "CODE", "", 0}, 7))));
}

TEST(Verifier, BothSidesOfAddends) {
  auto Refused = [](int64_t Addend) {
    return errorToBool(verifyStencils(setWith({0, FixupKind::Abs64, "", "CODE", "", Addend}, 16)));
  };
  EXPECT_FALSE(Refused(16));
  EXPECT_TRUE(Refused(17));
  EXPECT_FALSE(Refused(-15));
  EXPECT_TRUE(Refused(-16));
  EXPECT_TRUE(Refused(INT64_MAX));
  EXPECT_TRUE(Refused(INT64_MIN));
}

TEST(Verifier, HolesDoNotOverlap) {
  auto Refused = [](uint64_t Second) {
    StencilSet Set = setWith({0, FixupKind::Abs64, "", "CODE", "", 0}, 32);
    Set.Groups[0].Code.Holes.push_back({Second, FixupKind::Abs64, "", "CODE", "", 0});
    return errorToBool(verifyStencils(Set));
  };
  EXPECT_FALSE(Refused(8));
  EXPECT_TRUE(Refused(7));
  EXPECT_TRUE(Refused(0));
}

} // namespace
