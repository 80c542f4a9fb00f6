// runtime/arena.c, pages.c and trace.c: where traces lie, how memory is protected, given back and found
// again.
#include "TestMemory.h"
#include <atomic>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>

using namespace stencilgen;

namespace {

/// The permissions of the mapping an address is in, as /proc/self/maps writes them.
std::string permissions(const void *Address) {
  std::ifstream Maps("/proc/self/maps");
  for (std::string Line; std::getline(Maps, Line);) {
    std::istringstream In(Line);
    uintptr_t Begin, End;
    char Dash;
    std::string Text;
    In >> std::hex >> Begin >> Dash >> End >> Text;
    if (reinterpret_cast<uintptr_t>(Address) >= Begin && reinterpret_cast<uintptr_t>(Address) < End)
      return Text;
  }
  return "";
}

bool anyWritableAndExecutable() {
  std::ifstream Maps("/proc/self/maps");
  for (std::string Line; std::getline(Maps, Line);)
    if (Line.find(" rwx") != std::string::npos)
      return true;
  return false;
}

TEST(Arena, RunsCodeThatIsNeverWritableToo) {
  const Sizes S;
  for (sg_protection Protection : {SG_PROTECTION_DUAL, SG_PROTECTION_SWITCH}) {
    Arena A(protectedBy(Protection));
    EXPECT_EQ(sg_arena_protection(A), Protection);
    std::vector<sg_trace *> Traces;
    for (uint64_t I = 0; I < 50; ++I) {
      Traces.push_back(S.build(A, {{S.Returns, {0, 0}, {I}}}));
      ASSERT_FALSE(anyWritableAndExecutable());
    }
    for (uint64_t I = 0; I < 50; ++I) {
      EXPECT_EQ(reinterpret_cast<int (*)()>(reinterpret_cast<uintptr_t>(Traces[I]->code))(),
                static_cast<int>(I));
      EXPECT_EQ(permissions(Traces[I]->code).substr(0, 3), "r-x");
    }
    for (sg_trace *Trace : Traces)
      sg_trace_free(A, Trace);
  }
}

TEST(Arena, RefusesProtectionsTheSystemHasNot) {
  sg_arena *A;
  const sg_arena_options Options = protectedBy(SG_PROTECTION_THREAD);
  EXPECT_EQ(sg_arena_create(&Options, &A), SG_DENIED);
  EXPECT_EQ(A, nullptr);
}

TEST(Arena, LiesWithinReachOfTheProgram) {
  const Sizes S;
  Arena A;
  const sg_trace *Trace = S.build(A, {{0, {0, 0}, {}}});
  const auto Distance = static_cast<int64_t>(reinterpret_cast<uintptr_t>(Trace->code) -
                                             reinterpret_cast<uintptr_t>(&sg_trace_build));
  EXPECT_LT(std::abs(Distance), INT64_C(0x70000000));
}

TEST(Arena, KeepsDataApartWhereAsked) {
  const Sizes S;
  sg_arena_options Options = {};
  Arena Together(Options);
  Options.data_apart = 1;
  Arena Apart(Options);
  const std::vector<sg_uop> Uops = {{S.WithData, {0, 0}, {}}, {0, {0, 0}, {}}};
  const sg_trace *First = S.build(Together, Uops), *Second = S.build(Apart, Uops);
  EXPECT_EQ(permissions(First->data).substr(0, 3), "r-x");
  EXPECT_EQ(permissions(Second->data).substr(0, 3), "rw-");
  EXPECT_EQ(permissions(Second->code).substr(0, 3), "r-x");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(First->data) % 8, 0u);
  EXPECT_EQ(*static_cast<const uint8_t *>(Second->data), 1);
  sg_trace_free(Apart, const_cast<sg_trace *>(Second));
  EXPECT_EQ(Apart.statistics().allocated, 0u);
}

TEST(Arena, AlignsCodeAsTheTablesSay) {
  TestTables T;
  T.Tables.code_alignment = 64;
  T.add("A", std::vector<uint8_t>(64, 0x90), {}, std::vector<uint8_t>(8, 1));
  TestStencils Set(T.finish());
  ASSERT_EQ(Set.Result, SG_OK) << Set.Why;
  for (sg_protection Protection : {SG_PROTECTION_DUAL, SG_PROTECTION_SWITCH}) {
    Arena A(protectedBy(Protection));
    std::vector<sg_trace *> Traces;
    const sg_uop Uop = {0, {0, 0}, {}};
    for (int I = 0; I < 20; ++I) {
      sg_trace *Trace;
      ASSERT_EQ(sg_trace_build(Set, A, &Uop, 1, nullptr, &Trace, nullptr), SG_OK);
      EXPECT_EQ(reinterpret_cast<uintptr_t>(Trace->code) % 64, 0u);
      EXPECT_EQ(static_cast<const uint8_t *>(Trace->data)[7], 1);
      Traces.push_back(Trace);
    }
    sg_place Place;
    ASSERT_TRUE(sg_lookup(A, static_cast<const uint8_t *>(Traces[7]->code) + 63, &Place));
    EXPECT_EQ(Place.trace, Traces[7]);
    for (sg_trace *Trace : Traces)
      sg_trace_free(A, Trace);
    EXPECT_EQ(A.statistics().allocated, 0u);
  }
}

TEST(Arena, FindsTracesByAddress) {
  const Sizes S;
  Arena A;
  std::vector<sg_trace *> Traces;
  for (uint32_t I = 0; I < 60; ++I)
    Traces.push_back(S.build(A, {{I, {0, 0}, {}}, {9, {0, 0}, {}}, {S.WithData, {0, 0}, {}}}));
  for (size_t I = 0; I < Traces.size(); I += 3) {
    sg_trace_free(A, Traces[I]);
    Traces[I] = nullptr;
  }
  sg_place Place;
  for (uint32_t I = 0; I < 60; ++I)
    if (const sg_trace *Trace = Traces[I]) {
      const auto *Code = static_cast<const uint8_t *>(Trace->code);
      ASSERT_TRUE(sg_lookup(A, Code + I, &Place)); // the last byte of the first
      EXPECT_EQ(Place.trace, Trace);
      EXPECT_EQ(Place.uop, 0u);
      EXPECT_EQ(Place.offset, I);
      ASSERT_TRUE(sg_lookup(A, Code + I + 1, &Place));
      EXPECT_EQ(Place.uop, 1u);
      EXPECT_STREQ(Place.stencil, "S10");
      ASSERT_TRUE(sg_lookup(A, Code + I + 12, &Place));
      EXPECT_EQ(Place.uop, 2u);
      EXPECT_EQ(Place.offset, 1u);
      EXPECT_FALSE(sg_lookup(A, Code + Trace->code_size, &Place));
    }
  EXPECT_FALSE(sg_lookup(A, &Place, &Place));
  EXPECT_FALSE(sg_lookup(A, nullptr, &Place));
}

TEST(Arena, WastesLittle) {
  const Sizes S;
  Arena A;
  std::mt19937 Random(1);
  size_t Used = 0;
  for (int I = 0; I < 10000; ++I) {
    std::vector<sg_uop> Uops(30);
    for (sg_uop &Uop : Uops)
      Uop.stencil = Random() % 65;
    const sg_trace *Trace = S.build(A, Uops);
    Used += Trace->code_size + Trace->data_size;
  }
  const sg_arena_statistics After = A.statistics();
  EXPECT_EQ(After.traces, 10000u);
  EXPECT_LE(static_cast<double>(After.touched), 1.05 * static_cast<double>(Used));
  EXPECT_LE(static_cast<double>(After.reserved), 1.05 * static_cast<double>(Used) + (2 << 20));
}

TEST(Arena, GivesEmptyRegionsBack) {
  const Sizes S;
  sg_arena_options Options = {};
  Options.region_size = 1 << 16;
  Arena A(Options);
  std::vector<sg_trace *> Traces;
  for (int I = 0; I < 5000; ++I)
    Traces.push_back(S.build(A, {{63, {0, 0}, {}}, {63, {0, 0}, {}}}));
  EXPECT_GE(A.statistics().regions, 9u);
  for (sg_trace *Trace : Traces)
    sg_trace_free(A, Trace);
  EXPECT_EQ(A.statistics().regions, 1u);
  EXPECT_EQ(A.statistics().allocated, 0u);
}

// Mapping memory, and the page faults of its first use, cost more than patching does.
TEST(Arena, KeepsTheRegionOfALargeTrace) {
  const Sizes S;
  sg_arena_options Options = {};
  Options.region_size = 1 << 16;
  for (bool HasSmall : {false, true}) {
    Arena A(Options);
    if (HasSmall)
      S.number(A, 1);
    const std::vector<sg_uop> Uops(4000, sg_uop{63, {0, 0}, {}});
    sg_trace *Trace = S.build(A, Uops);
    const void *Code = Trace->code;
    for (int I = 0; I < 5; ++I) {
      sg_trace_free(A, Trace);
      EXPECT_EQ(A.statistics().regions, HasSmall ? 2u : 1u);
      Trace = S.build(A, Uops);
      EXPECT_EQ(Trace->code, Code);
    }
  }
}

TEST(Arena, GivesAVeryLargeRegionBack) {
  const Sizes S;
  Arena A;
  sg_trace *Trace = S.build(A, std::vector<sg_uop>(300000, sg_uop{63, {0, 0}, {}}));
  EXPECT_EQ(A.statistics().regions, 2u);
  sg_trace_free(A, Trace);
  EXPECT_EQ(A.statistics().regions, 1u);
  EXPECT_LE(A.statistics().reserved, 1u << 20);
}

TEST(Arena, TakesATraceLargerThanARegion) {
  const Sizes S;
  sg_arena_options Options = {};
  Options.region_size = 1 << 16;
  Arena A(Options);
  const sg_trace *Trace = S.build(A, std::vector<sg_uop>(4000, sg_uop{63, {0, 0}, {}}));
  EXPECT_EQ(Trace->code_size, 4000u * 64);
  EXPECT_EQ(static_cast<const uint8_t *>(Trace->code)[Trace->code_size - 1], 0x90);
}

// A million cycles: what was free is found again, and no thread sees another's code.
TEST(Arena, EndsWhereItBeganAfterCyclesOfFourThreads) {
  enum { Threads = 4, Cycles = 250000, Live = 40 };
  const Sizes S;
  Arena A;
  S.build(A, {{5, {0, 0}, {}}});
  const sg_arena_statistics Before = A.statistics();
  std::atomic<int> Wrong = 0;
  std::vector<std::thread> Pool;
  for (unsigned T = 0; T < Threads; ++T)
    Pool.emplace_back([&, T] {
      std::mt19937 Random(T);
      std::vector<sg_trace *> Traces(Live);
      auto Free = [&](sg_trace *&Trace) {
        sg_place Place;
        if (!sg_lookup(A, Trace->code, &Place) || Place.trace != Trace ||
            reinterpret_cast<uintptr_t (*)()>(reinterpret_cast<uintptr_t>(Trace->code))() !=
                (reinterpret_cast<uintptr_t>(Trace->user) & 0xffff))
          ++Wrong;
        sg_trace_free(A, Trace);
        Trace = nullptr;
      };
      for (unsigned I = 0; I < Cycles; ++I) {
        sg_trace *&Trace = Traces[Random() % Live];
        if (Trace)
          Free(Trace);
        const uint64_t Mark = Random() & 0xffff;
        sg_uop Uops[8];
        const size_t Count = 1 + Random() % 7;
        Uops[0] = {S.Returns, {0, 0}, {Mark}};
        for (size_t J = 1; J < Count; ++J)
          Uops[J] = {static_cast<uint32_t>(Random() % 65), {0, 0}, {}};
        sg_trace_options Options = {};
        Options.user = reinterpret_cast<void *>(static_cast<uintptr_t>(Mark));
        if (sg_trace_build(*S.Set, A, Uops, Count, &Options, &Trace, nullptr) != SG_OK)
          ++Wrong;
      }
      for (sg_trace *&Trace : Traces)
        if (Trace)
          Free(Trace);
    });
  for (std::thread &Thread : Pool)
    Thread.join();
  EXPECT_EQ(Wrong, 0);
  const sg_arena_statistics After = A.statistics();
  EXPECT_EQ(After.traces, Before.traces);
  EXPECT_EQ(After.allocated, Before.allocated);
  EXPECT_EQ(After.requested, Before.requested);
  EXPECT_EQ(After.regions, Before.regions);
  EXPECT_EQ(After.reserved, Before.reserved);
}

} // namespace
