// support/CTokens: what counts as a token, and the depth of braces.
#include "support/CTokens.h"
#include "gtest/gtest.h"
#include <string>

using namespace llvm;
using namespace stencilgen;

namespace {

/// The tokens as "text@depth", separated by spaces.
std::string tokens(StringRef Text) {
  std::string Result;
  for (const CToken &Token : readCTokens(Text)) {
    EXPECT_EQ(Text.substr(Token.Offset, Token.Text.size()), Token.Text);
    Result += (Result.empty() ? "" : " ") + Token.Text.str() + "@" + std::to_string(Token.BraceDepth);
  }
  return Result;
}

TEST(CTokens, BraceDepth) {
  EXPECT_EQ(tokens("a { b { c } } d"), "a@0 {@0 b@1 {@1 c@2 }@1 }@0 d@0");
  EXPECT_EQ(tokens("} a {"), "}@0 a@0 {@0"); // more closed than opened
  EXPECT_EQ(tokens(""), "");
}

TEST(CTokens, StringsAndCharacters) {
  EXPECT_EQ(tokens("\"{ \\\" {\" a '{' b"), "\"{ \\\" {\"@0 a@0 '{'@0 b@0");
  EXPECT_EQ(tokens("L\"{\" a u8\"}\" b"), "L\"{\"@0 a@0 u8\"}\"@0 b@0");
}

TEST(CTokens, Comments) {
  EXPECT_EQ(tokens("a /* { */ b // {\nc"), "a@0 b@0 c@0");
  EXPECT_EQ(tokens("a /* { "), "a@0"); // not closed
  EXPECT_EQ(tokens("a // { \\\n { \nb"), "a@0 b@0");
}

TEST(CTokens, Directives) {
  EXPECT_EQ(tokens("#define OPEN {\na\n  #  define MORE { \\\n {\nb"), "a@0 b@0");
  EXPECT_EQ(tokens("a # b"), "a@0 #@0 b@0"); // not at the start of a line
  EXPECT_EQ(tokens("#"), "");
  EXPECT_EQ(tokens("#\na"), "a@0");
}

TEST(CTokens, BranchesOfConditionals) {
  EXPECT_EQ(tokens("#if X\n{\n#else\n{\n#endif\na }"), "{@0 {@0 a@1 }@0");
  EXPECT_EQ(tokens("#ifdef X\na {\n#elif Y\nb {\n#elifdef Z\nc {\n#else\nd {\n#endif\ne }"),
            "a@0 {@0 b@0 {@0 c@0 {@0 d@0 {@0 e@1 }@0");
  // Without #else the text counts once, as it stands.
  EXPECT_EQ(tokens("#if X\n{\n#endif\na"), "{@0 a@1");
  EXPECT_EQ(tokens("#if A\n#if B\n{\n#else\n{\n#endif\n#else\n{\n#endif\na"), "{@0 {@0 {@0 a@1");
  EXPECT_EQ(tokens("#endif\n#else\na"), "a@0"); // without an #if
}

TEST(CTokens, Identifiers) {
  auto Tokens = readCTokens("case x1 12 _y");
  ASSERT_EQ(Tokens.size(), 4u);
  EXPECT_TRUE(Tokens[0].IsIdentifier);
  EXPECT_TRUE(Tokens[1].IsIdentifier);
  EXPECT_FALSE(Tokens[2].IsIdentifier);
  EXPECT_TRUE(Tokens[3].IsIdentifier);
}

TEST(CTokens, BytesThatAreNoC) {
  std::string Odd("a \0 b \x80\xff ` @", 12);
  EXPECT_FALSE(readCTokens(Odd).empty());
  EXPECT_EQ(readCTokens(StringRef("\0\0\0", 3)).size(), 0u);
}

} // namespace
