// Tables of stencils written by hand, for the runtime's tests.
#ifndef STENCILGEN_TEST_TESTTABLES_H
#define STENCILGEN_TEST_TESTTABLES_H

#include "sg_runtime.h"
#include <cstdint>
#include <string>
#include <vector>

namespace stencilgen {

struct TestHole {
  unsigned Offset;
  sg_fixup_kind Kind;
  unsigned Value; ///< SG_VALUE_..., or one of TestTables::Own...
  int64_t Addend = 0;
  int Symbol = -1;
};

/// Stencils are added, then finish() gives tables that refer to this object.
class TestTables {
public:
  /// The interpreter's own hole values.
  enum { Operand0 = SG_VALUE_FIRST_OWN, Operand1, Operand2, Target0, Target1, Trace0, Middle };

  explicit TestTables(uint8_t Arch = SG_ARCH_X86_64) {
    Tables.version = SG_TABLES_VERSION;
    Tables.fixup_kinds = SG_FIXUP_KIND_COUNT;
    Tables.arch = Arch;
    Tables.code_alignment = 1;
    Tables.depths = 1;
    Tables.shim = SG_NO_STENCIL;
    Sources = {{SG_SOURCE_OPERAND, 0, 0, 64}, {SG_SOURCE_OPERAND, 1, 0, 64}, {SG_SOURCE_OPERAND, 2, 0, 64},
               {SG_SOURCE_TARGET, 0, 0, 64},  {SG_SOURCE_TARGET, 1, 0, 64},  {SG_SOURCE_TRACE, 0, 0, 64},
               {SG_SOURCE_OPERAND, 0, 16, 32}};
  }

  /// Returns its number. It ends, so that a trace may have it last: see sg_stencil_info.ends.
  uint32_t add(const std::string &Name, const std::vector<uint8_t> &Code,
               const std::vector<TestHole> &CodeHoles = {}, const std::vector<uint8_t> &Data = {},
               const std::vector<TestHole> &DataHoles = {}) {
    sg_stencil S = {};
    S.code = static_cast<uint32_t>(Bytes.size());
    Bytes.insert(Bytes.end(), Code.begin(), Code.end());
    S.data = static_cast<uint32_t>(Bytes.size());
    Bytes.insert(Bytes.end(), Data.begin(), Data.end());
    S.code_size = static_cast<uint16_t>(Code.size());
    S.data_size = static_cast<uint16_t>(Data.size());
    S.first_hole = static_cast<uint32_t>(Holes.size());
    S.code_holes = static_cast<uint16_t>(CodeHoles.size());
    S.data_holes = static_cast<uint16_t>(DataHoles.size());
    for (const auto *List : {&CodeHoles, &DataHoles})
      for (const TestHole &H : *List) {
        Holes.push_back({static_cast<uint16_t>(H.Offset), static_cast<uint8_t>(H.Kind),
                         static_cast<uint8_t>(H.Value), static_cast<uint16_t>(H.Symbol),
                         static_cast<uint16_t>(Addends.size())});
        Addends.push_back(H.Addend);
      }
    Stencils.push_back(S);
    sg_stencil_info Fact = {};
    Fact.uop = static_cast<uint16_t>(Info.size());
    Fact.ends = 1;
    Info.push_back(Fact);
    Variants.push_back(Fact.uop);
    Names.push_back(static_cast<uint32_t>(Text.size()));
    Text.append(Name.c_str(), Name.size() + 1);
    return Fact.uop;
  }

  sg_tables &finish(unsigned SymbolCount = 0) {
    SymbolNames.assign(SymbolCount, 0);
    Tables.source_count = static_cast<uint8_t>(Sources.size());
    Tables.stencil_count = Tables.uop_count = static_cast<uint16_t>(Stencils.size());
    Tables.symbol_count = static_cast<uint16_t>(SymbolCount);
    Tables.addend_count = static_cast<uint16_t>(Addends.size());
    Tables.hole_count = static_cast<uint32_t>(Holes.size());
    Tables.byte_count = static_cast<uint32_t>(Bytes.size());
    Tables.bytes = Bytes.data();
    Tables.stencils = Stencils.data();
    Tables.holes = Holes.data();
    Tables.addends = Addends.data();
    Tables.sources = Sources.data();
    Tables.info = Info.data();
    Tables.variants = Variants.data();
    Tables.stencil_names = Tables.uop_names = Names.data();
    Tables.symbol_names = SymbolNames.data();
    Tables.text = Text.data();
    Tables.text_size = static_cast<uint32_t>(Text.size());
    return Tables;
  }

  sg_tables Tables = {};
  std::vector<uint8_t> Bytes;
  std::vector<sg_stencil> Stencils;
  std::vector<sg_hole> Holes;
  std::vector<int64_t> Addends;
  std::vector<sg_source> Sources;
  std::vector<sg_stencil_info> Info;
  std::vector<uint16_t> Variants;
  std::vector<uint32_t> Names, SymbolNames;
  std::string Text;
};

/// Checked stencils that free themselves.
class TestStencils {
public:
  explicit TestStencils(const sg_tables &Tables, const std::vector<uint64_t> &Symbols = {}) {
    Result = sg_stencils_create(&Tables, Symbols.empty() ? nullptr : Symbols.data(), &Set, &Why);
  }
  ~TestStencils() { sg_stencils_destroy(Set); }
  TestStencils(const TestStencils &) = delete;
  TestStencils &operator=(const TestStencils &) = delete;
  operator const sg_stencils *() const { return Set; }

  sg_stencils *Set = nullptr;
  sg_result Result;
  const char *Why = nullptr;
};

/// A trace written to memory of the test's own, as if it ran at other addresses.
struct TestImage {
  std::vector<uint8_t> Code, Data;
  size_t Veneers = 0;
  sg_problem Problem = {};

  sg_result write(const sg_stencils *Set, const std::vector<sg_uop> &Uops, uint64_t CodeAddress,
                  uint64_t DataAddress, size_t Room = 0, uint64_t TraceValue = 0) {
    std::vector<uint32_t> Starts(Uops.size() + 1);
    size_t CodeSize = 0, DataSize = 0;
    sg_result Result = sg_trace_size(Set, Uops.data(), Uops.size(), Starts.data(), &CodeSize, &DataSize);
    if (Result != SG_OK)
      return Result;
    Code.assign(CodeSize + Room * sg_veneer_size(sg_stencils_tables(Set)->arch), 0xcc);
    Data.assign(DataSize, 0xcc);
    const uint64_t Values[SG_MAX_TRACE_VALUES] = {TraceValue};
    const sg_image Image = {Code.data(), Data.data(), CodeAddress, DataAddress, CodeSize, DataSize, Room};
    return sg_trace_write(Set, Uops.data(), Uops.size(), Starts.data(), Values, &Image, &Veneers, &Problem);
  }
};

} // namespace stencilgen

#endif
