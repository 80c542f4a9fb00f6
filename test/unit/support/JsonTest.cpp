// support/Json: getters, their errors, and the limits of numbers and nesting.
#include "support/Json.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace stencilgen;

namespace {

/// What takeError says after \p Read of the document's root.
template <class Function> std::string errorOf(StringRef Text, Function Read) {
  auto Document = JsonDocument::parse("f.json", Text);
  if (!Document)
    return toString(Document.takeError());
  Read(Document->root());
  return toString(Document->takeError());
}

TEST(Json, Numbers) {
  auto Document = JsonDocument::parse("f.json", R"({"zero": 0, "max": 18446744073709551615,
    "min": -9223372036854775808, "signed": 9223372036854775807})");
  ASSERT_TRUE(static_cast<bool>(Document));
  JsonObject Root = Document->root();
  EXPECT_EQ(Root.number("zero"), 0u);
  EXPECT_EQ(Root.number("max"), UINT64_MAX);
  EXPECT_EQ(Root.signedNumber("min"), INT64_MIN);
  EXPECT_EQ(Root.signedNumber("signed"), INT64_MAX);
  EXPECT_FALSE(errorToBool(Document->takeError()));
}

TEST(Json, NumbersBeyondTheirLimits) {
  auto Number = [](JsonObject Root) { Root.number("x", 10); };
  auto Signed = [](JsonObject Root) { Root.signedNumber("x"); };
  EXPECT_EQ(errorOf(R"({"x": 10})", Number), "");
  EXPECT_EQ(errorOf(R"({"x": 11})", Number), "f.json: error: /x: expected a whole number of 0 to 10\n");
  EXPECT_EQ(errorOf(R"({"x": -1})", Number), "f.json: error: /x: expected a whole number of 0 to 10\n");
  EXPECT_EQ(errorOf(R"({"x": 1.5})", Number), "f.json: error: /x: expected a whole number of 0 to 10\n");
  StringRef TooLarge = "f.json: error: /x: expected a whole number of -2^63 to 2^63 - 1\n";
  EXPECT_EQ(errorOf(R"({"x": 9223372036854775808})", Signed), TooLarge);
  EXPECT_EQ(errorOf(R"({"x": -9223372036854775809})", Signed), TooLarge);
  EXPECT_EQ(errorOf(R"({"x": 1e3})", Signed), TooLarge);
}

TEST(Json, BytesComeInPairs) {
  auto Bytes = [](JsonObject Root) { Root.bytes("x"); };
  EXPECT_EQ(errorOf(R"({"x": ""})", Bytes), "");
  EXPECT_EQ(errorOf(R"({"x": "00fFA9"})", Bytes), "");
  for (StringRef Bad : {R"({"x": "0"})", R"({"x": "000"})", R"({"x": "0g"})", R"({"x": " 0"})"})
    EXPECT_EQ(errorOf(Bad, Bytes), "f.json: error: /x: expected bytes as pairs of hexadecimal digits\n");
}

TEST(Json, PathsOfErrors) {
  EXPECT_EQ(errorOf(R"({"a": {"b": [{"c": 1}, {"c": true}]}})",
                    [](JsonObject Root) {
                      Root.object("a").forEach("b", [](JsonObject Element) { Element.number("c"); });
                    }),
            "f.json: error: /a/b/1/c: expected a whole number\n");
  // All are told, and each once.
  EXPECT_EQ(errorOf("{}",
                    [](JsonObject Root) {
                      Root.string("first");
                      Root.object("second").boolean("third");
                      Root.string("first");
                    }),
            "f.json: error: /first: expected a string\nf.json: error: /second: expected an object\n"
            "f.json: error: /second/third: expected true or false\n");
  EXPECT_EQ(errorOf(R"({"a": [1]})", [](JsonObject Root) { Root.strings("a"); }),
            "f.json: error: /a: expected an array of strings\n");
}

TEST(Json, Syntax) {
  auto Nothing = [](JsonObject Root) { Root.allow("a"); };
  EXPECT_EQ(errorOf("{\n  \"a\": }\n", Nothing),
            "f.json:2:8: error: not a JSON document\n  \"a\": }\n       ^\n");
  EXPECT_EQ(errorOf("[]", Nothing), "f.json: error: expected a JSON object\n");
  EXPECT_NE(errorOf("{\"a\": \"\xff\"}", Nothing), "");
  EXPECT_NE(errorOf(StringRef("{}\0", 3), Nothing), "");
}

TEST(Json, UnknownMembers) {
  auto Read = [](JsonObject Root) {
    Root.string("name");
    if (Root.has("flags"))
      Root.strings("flags");
    Root.forEach("list", [](JsonObject Element) { Element.number("size"); });
    Root.allow("comment");
  };
  EXPECT_EQ(errorOf(R"({"name": "x", "list": [{"size": 1}], "comment": {"any": 1}})", Read), "");
  EXPECT_EQ(errorOf(R"({"name": "x", "flag": [], "list": [{"size": 1, "siz": 1}], "q": 1})", Read),
            "f.json: error: /flag: unknown member; did you mean 'flags'?\nf.json: error: /q: unknown member\n"
            "f.json: error: /list/0/siz: unknown member; did you mean 'size'?\n");
}

TEST(Json, ControlCharacters) {
  auto Name = [](JsonObject Root) { Root.string("name"); };
  StringRef Message = "f.json: error: /name: expected a text without control characters\n";
  for (StringRef Text : {R"({"name": "a\n"})", R"({"name": "\u0000"})", R"({"name": "\u001b[31m"})",
                         R"({"name": "\u007f"})", R"({"name": "\u009b"})"})
    EXPECT_EQ(errorOf(Text, Name), Message);
  EXPECT_EQ(errorOf(R"({"name": "\u00a0\u00e9 ~"})", Name), "");
  // Names of members are told, and cannot command a terminal either.
  EXPECT_EQ(errorOf("{\"name\": \"\", \"\\u001b[2J\": 1}", Name),
            "f.json: error: /\\x1b[2J: unknown member\n");
}

TEST(Json, NumbersThatNoDoubleHolds) {
  EXPECT_TRUE(StringRef(errorOf(R"({"x": 1e999})", [](JsonObject Root) {
                Root.number("x");
              })).starts_with("f.json: error: not a JSON document: "));
}

TEST(Json, Nesting) {
  auto Nested = [](unsigned Depth) {
    return "{\"a\": " + std::string(Depth - 1, '[') + std::string(Depth - 1, ']') + "}";
  };
  auto Nothing = [](JsonObject Root) { Root.allow("a"); };
  EXPECT_EQ(errorOf(Nested(64), Nothing), "");
  EXPECT_TRUE(StringRef(errorOf(Nested(65), Nothing)).contains("error: JSON nested deeper than 64 levels"));
  EXPECT_EQ(errorOf("{\"a\": \"[[\\\"[[" + std::string(100, '[') + "\"}", Nothing), ""); // in a string
}

} // namespace
