// runtime/manifest.cpp: tables from a manifest give the machine code that those of the generated header give;
// a manifest that cannot be is refused with a message.
#include "TestTables.h"
#include "jit_stencils.h"
#include "nlohmann/json.hpp"
#include "sg_manifest.h"
#include "gtest/gtest.h"
#include <fstream>
#include <random>
#include <sstream>

using namespace stencilgen;
using Json = nlohmann::json;

namespace {

std::string manifestText() {
  std::ifstream File(PEBBLE_MANIFEST);
  std::stringstream Text;
  Text << File.rdbuf();
  return Text.str();
}

TEST(Manifest, GivesTheMachineCodeOfTheHeader) {
  std::string Error;
  const auto Loaded = LoadedTables::load(manifestText(), Error);
  ASSERT_TRUE(Loaded) << Error;
  ASSERT_EQ(Loaded->tables()->stencil_count, pebble_tables.stencil_count);
  EXPECT_EQ(Loaded->tables()->arch, pebble_tables.arch);
  EXPECT_EQ(Loaded->tables()->depths, pebble_tables.depths);
  EXPECT_EQ(Loaded->tables()->code_alignment, pebble_tables.code_alignment);
  ASSERT_EQ(Loaded->symbols().size(), size_t{PEBBLE_SYMBOL_COUNT});
  std::vector<uint64_t> Symbols;
  for (size_t I = 0; I < PEBBLE_SYMBOL_COUNT; ++I) {
    EXPECT_EQ(Loaded->symbols()[I], pebble_text + pebble_symbol_names[I]);
    Symbols.push_back(0x40000000 + 0x1000 * I);
  }
  TestStencils FromHeader(pebble_tables, Symbols), FromManifest(*Loaded->tables(), Symbols);
  ASSERT_EQ(FromHeader.Result, SG_OK) << FromHeader.Why;
  ASSERT_EQ(FromManifest.Result, SG_OK) << FromManifest.Why;
  for (uint32_t I = 0; I < pebble_tables.stencil_count; ++I)
    EXPECT_EQ(Loaded->stencil(sg_stencil_name(FromHeader, I)), I);

  std::mt19937 Random(3);
  for (int Round = 0; Round < 200; ++Round) {
    std::vector<sg_uop> Uops(200);
    for (size_t I = 0; I < Uops.size(); ++I) {
      Uops[I].stencil = static_cast<uint32_t>((Round * Uops.size() + I) % pebble_tables.stencil_count);
      for (uint32_t &Target : Uops[I].target)
        Target = static_cast<uint32_t>(Random() % (Uops.size() + 1));
      for (uint64_t &Operand : Uops[I].operand)
        Operand = Random() & 0x7ffffff;
    }
    TestImage First, Second;
    ASSERT_EQ(First.write(FromHeader, Uops, 0x40800000, 0x40900000), SG_OK);
    ASSERT_EQ(Second.write(FromManifest, Uops, 0x40800000, 0x40900000), SG_OK);
    ASSERT_EQ(First.Code, Second.Code);
    ASSERT_EQ(First.Data, Second.Data);
  }
  for (unsigned Uop = 0; Uop < pebble_tables.uop_count; ++Uop)
    for (unsigned Depth = 0; Depth < pebble_tables.depths; ++Depth)
      EXPECT_EQ(Loaded->tables()->variants[Uop * pebble_tables.depths + Depth],
                pebble_tables.variants[Uop * pebble_tables.depths + Depth]);
}

struct Damage {
  const char *Place; ///< JSON pointer
  const char *Value; ///< JSON; null: the member is removed
  const char *Message;
};

Json smallManifest() {
  return Json::parse(R"({
    "manifest": 1, "target": {"triple": "x86_64-unknown-linux-gnu"}, "symbols": ["f"],
    "header": {"dialect": "tables", "prefix": "x", "continue": "NEXT", "codeAlignment": 1,
               "expressions": {"ARG": "operand[0] >> 8 & 0xff"}},
    "stencils": [{"name": "A", "uop": {"name": "A", "inputs": ["x"], "outputs": []},
                  "code": {"bytes": "0000000000000000", "holes": [{"offset": 0, "kind": "abs32", "value": "ARG", "addend": 0},
                                                                  {"offset": 4, "kind": "pcrel32", "symbol": "f", "addend": -4}]},
                  "data": {"bytes": "", "holes": []}}]})");
}

const Damage Damages[] = {
    {"/manifest", "2", "/manifest: expected version 1"},
    {"/manifest", "-1", "/manifest: expected a whole number of 0 to 4294967295"},
    {"/manifest", "1.5", "/manifest: expected a whole number of 0 to 4294967295"},
    {"/header", "[]", "/header: expected a manifest of the dialect 'tables'"},
    {"/header/dialect", "\"cpython\"", "/header: expected a manifest of the dialect 'tables'"},
    {"/header/dialect", "7", "/header: expected a manifest of the dialect 'tables'"},
    {"/header/expressions/ARG", "7", "/header/expressions/ARG: expected a string"},
    {"/header/expressions/ARG", "\"operand[4]\"",
     "/header/expressions/ARG: expected operand[N], target[N] or trace[N], optionally "
     "followed by '>> BITS' and '& MASK', found 'operand[4]'"},
    {"/header/expressions/ARG", "\"operand[99999999999999999999]\"",
     "/header/expressions/ARG: expected operand[N]"},
    {"/header/expressions/ARG", "\"operand[0] >> 64\"", "/header/expressions/ARG: expected operand[N]"},
    {"/header/expressions/ARG", "\"operand[0] & 5\"", "/header/expressions/ARG: expected operand[N]"},
    {"/header/codeAlignment", "65", "/header/codeAlignment: expected a whole number of 0 to 64"},
    {"/target", nullptr, "expected a member 'target'"},
    {"/symbols", "[1]", "/symbols: expected strings"},
    {"/symbols/0", "\"g\"",
     "/stencils/0/code/holes/1/symbol: expected one of the manifest's symbols, found 'f'"},
    {"/stencils", "{}", "/stencils: expected an array"},
    {"/stencils", "[]", "/stencils: expected 1 to 65534 stencils"},
    {"/stencils/0", "7", "/stencils/0: expected an object"},
    {"/stencils/0/name", "\"a\\u0000b\"", "a name with a zero byte"},
    {"/stencils/0/code/bytes", "\"000\"", "/stencils/0/code/bytes: expected pairs of hexadecimal digits"},
    {"/stencils/0/code/bytes", "\"0g\"", "/stencils/0/code/bytes: expected hexadecimal digits"},
    {"/stencils/0/code/bytes", "\"000000\"",
     "/stencils/0/code/holes/0: lies outside the 3 bytes of its stencil"},
    {"/stencils/0/code/holes/0/offset", "1",
     "/stencils/0/code/holes/1: overlaps the hole before it, or is out of order"},
    {"/stencils/0/code/holes/1/offset", "5",
     "/stencils/0/code/holes/1: lies outside the 8 bytes of its stencil"},
    {"/stencils/0/code/holes/1/offset", "18446744073709551615",
     "/stencils/0/code/holes/1/offset: expected a whole number of 0 to 65535"},
    {"/stencils/0/code/holes/1/offset", "-1",
     "/stencils/0/code/holes/1/offset: expected a whole number of 0 to 65535"},
    {"/stencils/0/code/holes/0/kind", "\"abs33\"",
     "/stencils/0/code/holes/0/kind: expected a fixup kind, found 'abs33'"},
    {"/stencils/0/code/holes/0/value", "\"ARGH\"",
     "/stencils/0/code/holes/0/value: expected a hole value, found 'ARGH'"},
    {"/stencils/0/code/holes/0/addend", "9223372036854775808",
     "/stencils/0/code/holes/0/addend: expected a whole number of 64 bits"},
    {"/stencils/0/code/holes/0/addend", "\"1\"",
     "/stencils/0/code/holes/0/addend: expected a whole number of 64 bits"},
    {"/stencils/0/code/holes", "7", "/stencils/0/code/holes: expected an array"},
    {"/stencils/0/code", nullptr, "/stencils/0: expected a member 'code'"},
    {"/stencils/0/uop/cachedIn", "16", "/stencils/0/uop/cachedIn: expected a whole number of 0 to 15"},
    {"/stencils/0/uop/inputs", "[1]", "/stencils/0/uop/inputs: expected strings"}};

TEST(Manifest, RefusesWhatCanNotBe) {
  std::string Error;
  ASSERT_TRUE(LoadedTables::load(smallManifest().dump(), Error)) << Error;
  for (const Damage &R : Damages) {
    Json Document = smallManifest();
    const Json::json_pointer Place(R.Place);
    if (R.Value)
      Document[Place] = Json::parse(R.Value);
    else
      Document.at(Place.parent_pointer()).erase(Place.back());
    Error.clear();
    EXPECT_FALSE(LoadedTables::load(Document.dump(), Error)) << R.Place << " " << (R.Value ? R.Value : "");
    EXPECT_EQ(Error.substr(0, std::string(R.Message).size()), R.Message);
  }
  EXPECT_FALSE(LoadedTables::load("{\"manifest\": 1", Error));
  EXPECT_NE(Error.find("parse error"), std::string::npos);
  EXPECT_FALSE(LoadedTables::load("[]", Error));
  EXPECT_EQ(Error, "expected an object");
}

// As much as the tables hold, and more.
TEST(Manifest, Limits) {
  std::string Error;
  Json Wide = smallManifest();
  for (int I = 1; I < 28; ++I)
    Wide["/header/expressions"_json_pointer]["ARG" + std::to_string(I)] = "operand[0]";
  EXPECT_TRUE(LoadedTables::load(Wide.dump(), Error)) << Error;
  Wide["/header/expressions"_json_pointer]["ARG28"] = "operand[0]";
  EXPECT_FALSE(LoadedTables::load(Wide.dump(), Error));
  EXPECT_EQ(Error, "/header/expressions: too many hole values");
  Json Large = smallManifest();
  Large["/stencils/0/code/bytes"_json_pointer] = std::string(0x20000, '0');
  EXPECT_FALSE(LoadedTables::load(Large.dump(), Error));
  EXPECT_EQ(Error, "/stencils/0/code/bytes: expected at most 65535 bytes");
}

// Addends are numbered with 16 bits: 65535 of them, and not one more.
TEST(Manifest, CountsAddends) {
  Json Document = smallManifest();
  const Json Group = Document["/stencils/0"_json_pointer];
  Json &Groups = Document["/stencils"_json_pointer];
  auto Add = [&](int64_t First, int Count) {
    Json More = Group;
    More["name"] = "A" + std::to_string(Groups.size());
    More["uop"]["name"] = More["name"];
    More["code"] = {{"bytes", std::string(static_cast<size_t>(Count) * 8, '0')}, {"holes", Json::array()}};
    for (int I = 0; I < Count; ++I)
      More["code"]["holes"].push_back(
          {{"offset", 4 * I}, {"kind", "abs32"}, {"symbol", "f"}, {"addend", First + I}});
    Groups.push_back(More);
  };
  for (int I = 0; I < 5; ++I)
    Add(1 + 13106 * int64_t{I}, 13106); // with 0 and -4, 65532
  Add(1 + 13106 * int64_t{5}, 3);
  std::string Error;
  EXPECT_TRUE(LoadedTables::load(Document.dump(), Error)) << Error;
  Add(1 + 13106 * int64_t{5} + 3, 1);
  EXPECT_FALSE(LoadedTables::load(Document.dump(), Error));
  EXPECT_EQ(Error, "/stencils/7/code/holes/0: more than 65535 different addends");
}

// Whatever is damaged: refused, or tables that pass the runtime's checks and can be patched.
TEST(Manifest, SurvivesDamagedBytes) {
  const std::string Good = smallManifest().dump();
  std::mt19937 Random(7);
  unsigned Refused = 0;
  for (int Round = 0; Round < 20000; ++Round) {
    std::string Text = Good, Error;
    for (unsigned I = 0; I <= Random() % 3; ++I)
      Text[Random() % Text.size()] = "0123456789\"{}[]:,abcARG-. "[Random() % 26];
    const auto Loaded = LoadedTables::load(Text, Error);
    if (!Loaded) {
      EXPECT_FALSE(Error.empty());
      ++Refused;
      continue;
    }
    TestStencils Set(*Loaded->tables(), std::vector<uint64_t>(Loaded->symbols().size() + 1));
    if (Set.Result == SG_OK) {
      TestImage Image;
      Image.write(Set, {{0, {0, 1}, {1, 2, 3}}}, 0x1000, 0x2000);
    }
  }
  EXPECT_GT(Refused, 1000u);
}

} // namespace
