// emit/TablesHeader: sets that are as large as its tables hold, and one more.
#include "compile/Backend.h"
#include "emit/Header.h"
#include "gtest/gtest.h"

using namespace llvm;
using namespace stencilgen;

namespace {

StencilGroup group(const std::string &Name, size_t CodeSize) {
  StencilGroup Group;
  Group.Name = Name;
  Group.Code.Bytes.resize(CodeSize);
  return Group;
}

/// Adds a stencil with \p Count holes, made from numbers that no other stencil of the set has.
void addGroup(StencilSet &Set, uint64_t Count, function_ref<Hole(int64_t Number)> Make) {
  int64_t Number = 0;
  for (const StencilGroup &Group : Set.Groups)
    Number += int64_t(Group.Code.Holes.size());
  StencilGroup Group = group("A" + std::to_string(Set.Groups.size()), 4 * Count);
  for (uint64_t I = 0; I < Count; ++I) {
    Hole H = Make(Number + int64_t(I));
    H.Offset = 4 * I;
    Group.Code.Holes.push_back(std::move(H));
  }
  Set.Groups.push_back(std::move(Group));
}

StencilSet set() {
  StencilSet Set;
  Set.Triple = "x86_64-unknown-linux-gnu";
  Set.Header.Dialect = HeaderDialect::Tables;
  Set.Header.Tables.Prefix = "x";
  Set.Header.Tables.ContinueValue = "CONTINUE";
  for (const char *Name : {"CODE", "CONTINUE", "DATA"})
    Set.Expressions.emplace_back(Name, Name);
  return Set;
}

/// The error of the set's header; empty: there is none.
std::string errorOf(const StencilSet &Set) {
  static bool Initialized = (initializeBackend(), true);
  (void)Initialized;
  auto Listing = cantFail(Disassembler::create(Set.Triple));
  auto Header = stencilHeader(Set, Listing);
  return Header ? "" : toString(Header.takeError());
}

TEST(TableHeader, HoleValues) {
  StencilSet Set = set();
  Set.Groups.push_back(group("A", 1));
  for (int I = 0; I < 28; ++I)
    Set.Expressions.emplace_back("ARG" + std::to_string(I), "operand[0]");
  EXPECT_EQ(errorOf(Set), "");
  Set.Expressions.emplace_back("MORE", "operand[0]");
  EXPECT_EQ(errorOf(Set), "stencilgen: error: expected at most 28 hole values, found 29\n");
}

TEST(TableHeader, BytesOfAStencil) {
  StencilSet Set = set();
  Set.Groups.push_back(group("A", 65535));
  EXPECT_EQ(errorOf(Set), "");
  Set.Groups.back().Data.Bytes.resize(65536);
  EXPECT_EQ(errorOf(Set), "stencilgen: error: 'A' has 65536 bytes, expected at most 65535 in the tables\n");
}

TEST(TableHeader, Addends) {
  StencilSet Set = set();
  auto Addend = [](int64_t Number) { return Hole{0, FixupKind::Abs32, "", "CODE", "", Number}; };
  for (int I = 0; I < 5; ++I)
    addGroup(Set, 13107, Addend);
  EXPECT_EQ(errorOf(Set), "");
  addGroup(Set, 1, Addend);
  EXPECT_EQ(errorOf(Set), "stencilgen: error: more than 65535 different addends do not fit the tables\n");
}

TEST(TableHeader, Symbols) {
  StencilSet Set = set();
  auto Symbol = [](int64_t Number) {
    return Hole{0, FixupKind::Abs32, "", "", "f" + std::to_string(Number), 0};
  };
  for (int I = 0; I < 6; ++I)
    addGroup(Set, 10922, Symbol); // 65532
  addGroup(Set, 2, Symbol);
  EXPECT_EQ(errorOf(Set), "");
  addGroup(Set, 1, Symbol);
  EXPECT_EQ(errorOf(Set), "stencilgen: error: more than 65534 stencils or symbols do not fit the tables\n");
}

} // namespace
