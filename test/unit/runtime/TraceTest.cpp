// runtime/tables.c, write.c and careful.c: tables checked, traces copied and patched, at addresses of any
// machine.
#include "TestTables.h"
#include "gtest/gtest.h"
#include <cstring>
#include <functional>

using namespace stencilgen;

namespace {

uint64_t number(const std::vector<uint8_t> &Bytes, size_t Offset, size_t Width) {
  uint64_t Value = 0;
  for (size_t I = 0; I < Width; ++I)
    Value |= static_cast<uint64_t>(Bytes.at(Offset + I)) << (8 * I);
  return Value;
}

std::vector<uint8_t> words(std::initializer_list<uint32_t> List) {
  std::vector<uint8_t> Bytes;
  for (uint32_t Word : List)
    for (int Shift = 0; Shift < 32; Shift += 8)
      Bytes.push_back(static_cast<uint8_t>(Word >> Shift));
  return Bytes;
}

std::vector<uint8_t> zeros(size_t Count) { return std::vector<uint8_t>(Count); }

TEST(Trace, FillsHolesFromEverySource) {
  TestTables T;
  const std::vector<TestHole> Holes = {
      {0, SG_FIXUP_Abs64, T.Operand0},          {8, SG_FIXUP_Abs64, T.Operand1, -1},
      {16, SG_FIXUP_Abs64, T.Operand2},         {24, SG_FIXUP_Abs64, T.Target0},
      {32, SG_FIXUP_Abs64, T.Target1, 4},       {40, SG_FIXUP_Abs64, T.Trace0},
      {48, SG_FIXUP_Abs64, T.Middle},           {56, SG_FIXUP_Abs64, SG_VALUE_CODE},
      {64, SG_FIXUP_Abs64, SG_VALUE_DATA, 8},   {72, SG_FIXUP_Abs64, SG_VALUE_CONTINUE},
      {80, SG_FIXUP_Abs64, SG_VALUE_NONE, 7, 1}};
  const uint32_t Small = T.add("SMALL", {0x90, 0x90, 0x90});
  const uint32_t All = T.add("ALL", zeros(88), Holes, zeros(16), {{8, SG_FIXUP_Abs64, SG_VALUE_CODE, 1}});
  TestStencils Set(T.finish(2), {0x1111, 0x2222});
  ASSERT_EQ(Set.Result, SG_OK) << Set.Why;
  TestImage Image;
  const std::vector<sg_uop> Uops = {
      {Small, {0, 0}, {}}, {All, {0, 3}, {0x123456789abcdef0, 2, 3}}, {Small, {0, 0}, {}}};
  ASSERT_EQ(Image.write(Set, Uops, 0x10000, 0x50000, 0, 0x77), SG_OK);
  const uint64_t Expected[] = {0x123456789abcdef0, 1,       3,       0x10000,      0x10000 + 94 + 4, 0x77,
                               0x56789abc,         0x10003, 0x50008, 0x10003 + 88, 0x2222 + 7};
  for (size_t I = 0; I < std::size(Expected); ++I)
    EXPECT_EQ(number(Image.Code, 3 + 8 * I, 8), Expected[I]) << "hole " << I;
  EXPECT_EQ(number(Image.Data, 0, 8), 0u);
  EXPECT_EQ(number(Image.Data, 8, 8), 0x10004u);
  EXPECT_EQ(Image.Code[0], 0x90);
  EXPECT_EQ(Image.Code[93], 0x90);
}

// The fast way of patching must say and write the same as sg_fixup_apply, which has tests of its own.
TEST(Trace, PlainKindsAreAsFixupsAre) {
  const uint64_t Address = 0x200000000;
  for (sg_fixup_kind Kind : {SG_FIXUP_Abs64, SG_FIXUP_PCRel64, SG_FIXUP_Abs32, SG_FIXUP_Abs32Signed,
                             SG_FIXUP_PCRel32, SG_FIXUP_X86_64_GotPCRel32, SG_FIXUP_X86_64_Branch32}) {
    TestTables T;
    const uint32_t Only = T.add("ONLY", zeros(16), {{5, Kind, T.Operand0}});
    TestStencils Set(T.finish());
    ASSERT_EQ(Set.Result, SG_OK) << Set.Why;
    for (uint64_t Base : {uint64_t(0), Address + 5})
      for (int64_t Distance : {INT64_C(0), INT64_C(1), INT64_C(-1), INT64_C(0x7fffffff), INT64_C(0x80000000),
                               INT64_C(-0x80000000), INT64_C(-0x80000001), INT64_C(0xffffffff),
                               INT64_C(0x100000000), INT64_MAX, INT64_MIN}) {
        const uint64_t Value = Base + static_cast<uint64_t>(Distance);
        TestImage Image;
        std::vector<uint8_t> Expected = zeros(16);
        const sg_result Wanted = sg_fixup_apply(Kind, Expected.data() + 5, Address + 5, Value);
        EXPECT_EQ(Image.write(Set, {{Only, {0, 0}, {Value}}}, Address, 0), Wanted) << Kind << " " << Value;
        if (Wanted == SG_OK) {
          EXPECT_EQ(Image.Code, Expected) << Kind << " " << Value;
        }
      }
  }
}

TEST(Trace, NamesABadHole) {
  TestTables T;
  const uint32_t Good = T.add("GOOD", {0x90});
  const uint32_t Bad = T.add("BAD", {0x90}, {}, zeros(8), {{4, SG_FIXUP_Abs32Signed, T.Operand0, 2}});
  TestStencils Set(T.finish());
  TestImage Image;
  EXPECT_EQ(Image.write(Set, {{Good, {0, 0}, {}}, {Bad, {0, 0}, {0x7ffffffe}}}, 0x1000, 0x2000),
            SG_OUT_OF_RANGE);
  EXPECT_EQ(Image.Problem.uop, 1u);
  EXPECT_EQ(Image.Problem.in_data, 1);
  char Text[200];
  sg_problem_text(&Image.Problem, Text, sizeof(Text));
  EXPECT_STREQ(Text,
               "micro-op 1 (BAD), data hole at offset 0x4 of kind abs32s: out of range, value 0x80000000");
  EXPECT_EQ(Image.write(Set, {{Bad, {0, 0}, {0x7ffffffd}}}, 0x1000, 0x2000), SG_OK);
}

TEST(Trace, NamesABadHoleOfATraceInAnArena) {
  TestTables T;
  const uint32_t Bad = T.add("BAD", zeros(8), {{0, SG_FIXUP_Abs32, T.Operand0}});
  TestStencils Set(T.finish());
  sg_arena *Arena;
  ASSERT_EQ(sg_arena_create(nullptr, &Arena), SG_OK);
  const sg_uop Uop = {Bad, {0, 0}, {UINT64_MAX}};
  sg_trace *Trace;
  sg_problem Problem;
  EXPECT_EQ(sg_trace_build(Set, Arena, &Uop, 1, nullptr, &Trace, &Problem), SG_OUT_OF_RANGE);
  EXPECT_EQ(Trace, nullptr);
  EXPECT_EQ(Problem.value, UINT64_MAX);
  EXPECT_EQ(Problem.kind, SG_FIXUP_Abs32);
  EXPECT_EQ(sg_arena_get_statistics(Arena).allocated, 0u);
  sg_arena_destroy(Arena);
}

TEST(Trace, RefusesTracesThatCanNotBe) {
  TestTables T;
  const uint32_t Empty = T.add("EMPTY", {}), One = T.add("ONE", {0x90});
  TestStencils Set(T.finish());
  TestImage Image;
  EXPECT_EQ(Image.write(Set, {}, 0, 0), SG_BAD_TRACE);
  EXPECT_EQ(Image.write(Set, {{One + 1, {0, 0}, {}}}, 0, 0), SG_NO_VARIANT);
  EXPECT_EQ(Image.write(Set, {{One, {2, 0}, {}}}, 0, 0), SG_NO_TARGET);
  EXPECT_EQ(Image.write(Set, {{One, {0, 2}, {}}}, 0, 0), SG_NO_TARGET);
  EXPECT_EQ(Image.write(Set, {{One, {1, 1}, {}}}, 0, 0), SG_OK);
  sg_arena *Arena;
  ASSERT_EQ(sg_arena_create(nullptr, &Arena), SG_OK);
  sg_trace *Trace;
  const sg_uop Nothing = {Empty, {0, 0}, {}};
  EXPECT_EQ(sg_trace_build(Set, Arena, &Nothing, 1, nullptr, &Trace, nullptr), SG_BAD_TRACE);
  EXPECT_EQ(sg_trace_build(Set, Arena, &Nothing, 0, nullptr, &Trace, nullptr), SG_BAD_TRACE);
  sg_arena_destroy(Arena);
}

/// Stencils NAME_rIO with I items in registers at the start and O at the end; those named LEAVE end.
struct Depths {
  TestTables T;
  std::unique_ptr<TestStencils> Set;
  uint32_t Load, Add, Jump, Leave, LeaveFull, Branch;
  sg_arena *Arena = nullptr;
  Depths() {
    Load = add("LOAD_r01", 0, 1, false);
    Add = add("ADD_r21", 2, 1, false);
    Jump = T.add("JUMP_r11", zeros(8), {{0, SG_FIXUP_Abs64, T.Target0}});
    at(Jump, 1, 1, true);
    Leave = add("LEAVE_r00", 0, 0, true);
    LeaveFull = add("LEAVE_r30", 3, 0, true);
    Branch = T.add("BRANCH_r21", zeros(8), {{0, SG_FIXUP_Abs64, T.Target1}});
    at(Branch, 2, 1, false);
    Set = std::make_unique<TestStencils>(T.finish());
    EXPECT_EQ(Set->Result, SG_OK);
    EXPECT_EQ(sg_arena_create(nullptr, &Arena), SG_OK);
  }
  ~Depths() { sg_arena_destroy(Arena); }
  uint32_t add(const char *Name, uint8_t In, uint8_t Out, bool Ends) {
    return at(T.add(Name, {0x90}), In, Out, Ends);
  }
  uint32_t at(uint32_t Stencil, uint8_t In, uint8_t Out, bool Ends) {
    T.Info[Stencil].cached_in = In;
    T.Info[Stencil].cached_out = Out;
    T.Info[Stencil].ends = Ends;
    return Stencil;
  }
  /// What building says.
  std::string build(const std::vector<sg_uop> &Uops) {
    sg_trace *Trace;
    sg_problem Problem, Checked;
    const sg_result Result = sg_trace_build(*Set, Arena, Uops.data(), Uops.size(), nullptr, &Trace, &Problem);
    EXPECT_EQ(Problem.result, Result);
    EXPECT_EQ(sg_trace_check(*Set, Uops.data(), Uops.size(), &Checked), Result);
    EXPECT_EQ(Result == SG_OK, Trace != nullptr);
    sg_trace_free(Arena, Trace);
    char Text[300];
    sg_problem_text(&Problem, Text, sizeof(Text));
    return Text;
  }
};

TEST(TraceCheck, NamesBothMicroOpsOfAWrongDepth) {
  Depths D;
  EXPECT_EQ(D.build({{D.Load, {0, 0}, {}}, {D.Add, {0, 0}, {}}, {D.Jump, {0, 0}, {}}}),
            "micro-op 1 (ADD_r21) starts with 2 items in registers, but micro-op 0 (LOAD_r01), which it "
            "follows, ends with 1");
  EXPECT_EQ(D.build({{D.Load, {0, 0}, {}}, {D.Jump, {0, 0}, {}}}), "ok");
  // What follows a micro-op that ends is reached from elsewhere.
  EXPECT_EQ(D.build({{D.Load, {0, 0}, {}}, {D.Jump, {2, 0}, {}}, {D.Leave, {0, 0}, {}}}), "ok");
  // A target may have what the jump starts with, what it ends with, or nothing.
  EXPECT_EQ(D.build({{D.Branch, {0, 1}, {}}, {D.Jump, {0, 0}, {}}}),
            "micro-op 0 (BRANCH_r21) starts with 2 items in registers, but micro-op 1 (JUMP_r11), whose "
            "target[0] it is, ends with 1");
  EXPECT_EQ(D.build({{D.Branch, {0, 1}, {}}, {D.Jump, {2, 0}, {}}, {D.Leave, {0, 0}, {}}}), "ok");
  EXPECT_EQ(D.build({{D.Branch, {0, 3}, {}},
                     {D.Jump, {2, 0}, {}},
                     {D.Leave, {0, 0}, {}},
                     {D.Add, {0, 0}, {}},
                     {D.Jump, {1, 0}, {}}}),
            "ok");
  EXPECT_EQ(
      D.build(
          {{D.Branch, {0, 3}, {}}, {D.Jump, {2, 0}, {}}, {D.Leave, {0, 0}, {}}, {D.LeaveFull, {0, 0}, {}}}),
      "micro-op 3 (LEAVE_r30) starts with 3 items in registers, but micro-op 0 (BRANCH_r21), whose "
      "target[1] it is, ends with 1");
  // A target that a micro-op does not have says nothing.
  EXPECT_EQ(
      D.build(
          {{D.Branch, {3, 1}, {}}, {D.Jump, {2, 0}, {}}, {D.Leave, {0, 0}, {}}, {D.LeaveFull, {0, 0}, {}}}),
      "ok");
}

TEST(TraceCheck, NamesWhatRunsOffTheEnd) {
  Depths D;
  EXPECT_EQ(D.build({{D.Leave, {0, 0}, {}}, {D.Load, {0, 0}, {}}}),
            "micro-op 1 (LOAD_r01) is the last and goes on to what follows it: expected one that jumps or "
            "leaves");
  EXPECT_EQ(D.build({{D.Load, {0, 0}, {}}, {D.Jump, {2, 0}, {}}}),
            "micro-op 1 (JUMP_r11): target[0] is the end of the trace, where there is no code");
}

TEST(TraceCheck, NamesWhatThereIsNot) {
  Depths D;
  EXPECT_EQ(
      D.build({{D.Load, {0, 0}, {}}, {SG_NO_STENCIL, {0, 0}, {}}}),
      "micro-op 1 has no stencil (SG_NO_STENCIL): there is no variant of it for so many items in registers");
  EXPECT_EQ(D.build({{99, {0, 0}, {}}}), "micro-op 0: there is no stencil 99");
  EXPECT_EQ(D.build({{D.Load, {0, 3}, {}}, {D.Leave, {0, 0}, {}}}),
            "micro-op 0 (LOAD_r01): target[1] is micro-op 3, which does not exist");
  EXPECT_EQ(D.build({}), "bad trace");
}

// The quick look at a trace and the one that finds names for what is wrong are two pieces of code.
TEST(TraceCheck, BuildsWhatItFindsGood) {
  Depths D;
  uint32_t Random = 1;
  size_t Good = 0;
  for (int Round = 0; Round < 20000; ++Round) {
    auto Next = [&](uint32_t Limit) { return (Random = Random * 1664525 + 1013904223) / 65536 % Limit; };
    std::vector<sg_uop> Uops(1 + Next(5));
    for (sg_uop &Uop : Uops) {
      const auto Count = static_cast<uint32_t>(Uops.size());
      Uop = {Next(6), {Next(Count + 1), Next(Count + 1)}, {}};
    }
    Good += D.build(Uops) == "ok"; // compares the two
  }
  EXPECT_GT(Good, 100u);
}

// Chunks are copied beyond a stencil's end; never beyond the trace's.
TEST(Trace, WritesWithinTheImage) {
  for (size_t Size = 1; Size < 100; ++Size) {
    TestTables T;
    const uint32_t Only = T.add("ONLY", std::vector<uint8_t>(Size, 0x90));
    TestStencils Set(T.finish());
    std::vector<uint8_t> Memory(2 * Size + 64, 0xcc);
    const sg_uop Uops[2] = {{Only, {0, 0}, {}}, {Only, {0, 0}, {}}};
    uint32_t Starts[3];
    size_t CodeSize, DataSize;
    ASSERT_EQ(sg_trace_size(Set, Uops, 2, Starts, &CodeSize, &DataSize), SG_OK);
    const sg_image Image = {Memory.data(), nullptr, 0, 0, CodeSize, DataSize, 0};
    ASSERT_EQ(sg_trace_write(Set, Uops, 2, Starts, nullptr, &Image, nullptr, nullptr), SG_OK);
    EXPECT_EQ(Memory[2 * Size - 1], 0x90);
    EXPECT_EQ(Memory[2 * Size], 0xcc) << Size;
  }
}

struct VeneerCase {
  uint8_t Arch;
  sg_fixup_kind Kind;
  std::vector<uint8_t> Branch;
  unsigned Offset;
  int64_t Addend, Reach;
  std::vector<uint8_t> Head;
};

TEST(Trace, MakesVeneersWhereABranchDoesNotReach) {
  const VeneerCase Cases[] = {// call; jmp *[rip]
                              {SG_ARCH_X86_64,
                               SG_FIXUP_X86_64_Branch32,
                               {0xe8, 0, 0, 0, 0},
                               1,
                               -4,
                               0x80000004,
                               {0xff, 0x25, 0, 0, 0, 0}},
                              // bl; ldr x16, 8; br x16
                              {SG_ARCH_AARCH64,
                               SG_FIXUP_AArch64_Branch26,
                               {0, 0, 0, 0x94},
                               0,
                               0,
                               0x8000000,
                               {0x50, 0, 0, 0x58, 0, 2, 0x1f, 0xd6}}};
  for (const VeneerCase &C : Cases) {
    TestTables T(C.Arch);
    const uint32_t Call = T.add("CALL", C.Branch, {{C.Offset, C.Kind, T.Operand0, C.Addend}});
    TestStencils Set(T.finish());
    ASSERT_EQ(Set.Result, SG_OK) << Set.Why;
    const uint64_t Address = 0x7000000000, Size = C.Branch.size();
    const uint64_t Last =
        Address + C.Offset + static_cast<uint64_t>(C.Reach) - (C.Arch == SG_ARCH_X86_64 ? 1 : 4);
    const uint64_t First = Last + (C.Arch == SG_ARCH_X86_64 ? 1 : 4);
    TestImage Image;
    EXPECT_EQ(Image.write(Set, {{Call, {0, 0}, {Last}}}, Address, 0), SG_OK);
    EXPECT_EQ(Image.Veneers, 0u);
    // The second of these also reaches; the other three want two veneers among them.
    const std::vector<sg_uop> Uops = {{Call, {0, 0}, {First}},
                                      {Call, {0, 0}, {Last}},
                                      {Call, {0, 0}, {First + 0x1000000000}},
                                      {Call, {0, 0}, {First + 0x1000000000}}};
    EXPECT_EQ(Image.write(Set, Uops, Address, 0), SG_OUT_OF_RANGE);
    ASSERT_GE(Image.Veneers, 2u);
    ASSERT_EQ(Image.write(Set, Uops, Address, 0, Image.Veneers), SG_OK);
    EXPECT_EQ(Image.Veneers, 2u);
    const size_t Code = 4 * Size, Veneer = sg_veneer_size(C.Arch);
    for (size_t I = 0; I < 2; ++I) {
      std::vector<uint8_t> Head(Image.Code.begin() + static_cast<long>(Code + I * Veneer),
                                Image.Code.begin() + static_cast<long>(Code + I * Veneer + C.Head.size()));
      EXPECT_EQ(Head, C.Head);
      EXPECT_EQ(number(Image.Code, Code + I * Veneer + C.Head.size(), 8), First + I * 0x1000000000);
    }
    std::vector<uint8_t> Branch = C.Branch;
    const uint64_t To = Address + Code + Veneer;
    ASSERT_EQ(sg_fixup_apply(C.Kind, Branch.data() + C.Offset, Address + 3 * Size + C.Offset,
                             To + static_cast<uint64_t>(C.Addend)),
              SG_OK);
    EXPECT_EQ(std::vector<uint8_t>(Image.Code.begin() + static_cast<long>(3 * Size),
                                   Image.Code.begin() + static_cast<long>(4 * Size)),
              Branch);
  }
}

// Loads of a slot: what they become depends on how far what the slot holds is.
TEST(Trace, RelaxesLoadsOfSlotsOnX86_64) {
  struct Row {
    std::vector<uint8_t> Before;
    std::vector<uint8_t> Near;                                 ///< the opcode
  } const Rows[] = {{{0x48, 0x8b, 0x05}, {0x48, 0x8d, 0x05}},  // mov rax, [rip + ...] -> lea
                    {{0x90, 0xff, 0x15}, {0x90, 0x90, 0xe8}},  // call [rip + ...] -> nop; call
                    {{0x90, 0xff, 0x25}, {0x90, 0x90, 0xe9}},  // jmp [rip + ...] -> nop; jmp
                    {{0x48, 0x3b, 0x05}, {0x48, 0x3b, 0x05}}}; // cmp rax, [rip + ...]: as it is
  const uint64_t Address = 0x10000000, DataAddress = 0x10008000;
  for (const Row &R : Rows) {
    TestTables T;
    std::vector<uint8_t> Code = R.Before;
    Code.resize(7);
    const uint32_t Load = T.add("LOAD", Code, {{3, SG_FIXUP_X86_64_GotPCRel32RelaxRex, SG_VALUE_DATA, -4}},
                                zeros(8), {{0, SG_FIXUP_Abs64, T.Operand0}});
    TestStencils Set(T.finish());
    ASSERT_EQ(Set.Result, SG_OK) << Set.Why;
    const uint64_t Next = Address + 7;
    for (uint64_t Target :
         {Address + 0x100, Next + 0x7fffffff, Next - 0x80000000, Next + 0x80000000, Next - 0x80000001}) {
      TestImage Image;
      ASSERT_EQ(Image.write(Set, {{Load, {0, 0}, {Target}}}, Address, DataAddress), SG_OK);
      EXPECT_EQ(number(Image.Data, 0, 8), Target);
      const auto Distance = static_cast<int64_t>(Target - Next);
      const bool Reaches = Distance == static_cast<int32_t>(Distance) && R.Near != R.Before;
      EXPECT_TRUE(
          std::equal(Image.Code.begin(), Image.Code.begin() + 3, (Reaches ? R.Near : R.Before).begin()))
          << Target;
      EXPECT_EQ(static_cast<uint32_t>(number(Image.Code, 3, 4)),
                static_cast<uint32_t>(Reaches ? Distance : DataAddress - Next));
    }
  }
}

TEST(Trace, RelaxesLoadsOfSlotsOnAArch64) {
  // adrp x3, slot; ldr x3, [x3, slot]
  const std::vector<uint8_t> Code = words({0x90000003, 0xf9400063});
  TestTables T(SG_ARCH_AARCH64);
  const uint32_t Load = T.add("LOAD", Code,
                              {{0, SG_FIXUP_AArch64_GotPage21, SG_VALUE_DATA, 0},
                               {4, SG_FIXUP_AArch64_GotPageOff12, SG_VALUE_DATA, 0}},
                              zeros(8), {{0, SG_FIXUP_Abs64, T.Operand0}});
  TestStencils Set(T.finish());
  ASSERT_EQ(Set.Result, SG_OK) << Set.Why;
  struct Row {
    uint64_t Target, DataAddress;
    std::vector<uint8_t> After;
  } const Rows[] = {
      {0xffff, 0x10008000, words({0xd29fffe3, 0xd503201f})},  // movz x3, #0xffff; nop
      {0x10000, 0x10008000, words({0xd2800003, 0xf2a00023})}, // movz x3, #0; movk x3, #1, lsl #16
      {0xfedcba98, 0x10008000,
       words({0xd2975303, 0xf2bfdb83})}, // movz x3, #0xba98; movk x3, #0xfedc, lsl #16
      {0x100000000, 0x10008000, words({0x58040003, 0xd503201f})},  // ldr x3, #0x8000; nop
      {0x100000000, 0x100ffff8, words({0x587fffc3, 0xd503201f})},  // ldr x3, #0xffff8; nop
      {0x100000000, 0x10100000, words({0x90000803, 0xf9400063})}}; // adrp x3, #0x100000; ldr x3, [x3]
  for (const Row &R : Rows) {
    TestImage Image;
    ASSERT_EQ(Image.write(Set, {{Load, {0, 0}, {R.Target}}}, 0x10000000, R.DataAddress), SG_OK);
    EXPECT_EQ(Image.Code, R.After) << std::hex << R.Target << " " << R.DataAddress;
  }
}

// A slot hole of a stencil that has no data, after one that has: nothing to relax, and nothing is read.
TEST(Trace, ReadsNoSlotOutsideTheData) {
  TestTables T;
  const uint32_t Data = T.add("DATA", {0x90}, {}, zeros(8));
  const uint32_t None = T.add("NONE", {0x48, 0x8b, 0x05, 0, 0, 0, 0},
                              {{3, SG_FIXUP_X86_64_GotPCRel32RelaxRex, SG_VALUE_DATA, 100}});
  TestStencils Set(T.finish());
  for (const std::vector<sg_uop> &Uops :
       {std::vector<sg_uop>{{None, {0, 0}, {}}}, {{Data, {0, 0}, {}}, {None, {0, 0}, {}}}}) {
    TestImage Image;
    EXPECT_EQ(Image.write(Set, Uops, 0x1000, 0x2000), SG_OK);
    EXPECT_EQ(Image.Code[Image.Code.size() - 6], 0x8b);
  }
}

// ---- Tables that cannot be

struct Damage {
  const char *Message;
  std::function<void(TestTables &)> Do;
};

TEST(Tables, RefusesWhatCanNotBe) {
  const Damage Rows[] = {
      {"the tables are of another version of the form", [](TestTables &T) { T.Tables.version++; }},
      {"the tables were made with other fixup kinds", [](TestTables &T) { T.Tables.fixup_kinds--; }},
      {"there is no stencil, or the shim is not one of them",
       [](TestTables &T) { T.Tables.stencil_count = 0; }},
      {"there is no stencil, or the shim is not one of them", [](TestTables &T) { T.Tables.shim = 2; }},
      {"too many hole values", [](TestTables &T) { T.Tables.source_count = SG_MAX_VALUES; }},
      {"there are no columns for variants", [](TestTables &T) { T.Tables.depths = 0; }},
      {"the alignment of code is not a power of two", [](TestTables &T) { T.Tables.code_alignment = 12; }},
      {"the alignment of code is not a power of two", [](TestTables &T) { T.Tables.code_alignment = 0; }},
      {"the names do not end", [](TestTables &T) { T.Tables.text_size--; }},
      {"the names do not end", [](TestTables &T) { T.Tables.text_size = 0; }},
      {"a stencil's name lies outside the text", [](TestTables &T) { T.Names[1] = T.Tables.text_size; }},
      {"a symbol's name lies outside the text", [](TestTables &T) { T.SymbolNames[0] = UINT32_MAX; }},
      {"a hole value has no source", [](TestTables &T) { T.Sources[0].source = SG_SOURCES; }},
      {"a hole value has no source", [](TestTables &T) { T.Sources[0].index = SG_MAX_OPERANDS; }},
      {"a hole value has no source", [](TestTables &T) { T.Sources[3].index = SG_MAX_TARGETS; }},
      {"a hole value has no source", [](TestTables &T) { T.Sources[0].shift = 64; }},
      {"a hole value has no source", [](TestTables &T) { T.Sources[0].width = 0; }},
      {"a hole value has no source", [](TestTables &T) { T.Sources[0].width = 65; }},
      {"a stencil's code lies outside the bytes", [](TestTables &T) { T.Stencils[0].code = 25; }},
      {"a stencil's code lies outside the bytes", [](TestTables &T) { T.Stencils[0].code = UINT32_MAX; }},
      {"a stencil's code lies outside the bytes", [](TestTables &T) { T.Stencils[1].code_size = 0xffff; }},
      {"a stencil's data lies outside the bytes", [](TestTables &T) { T.Stencils[1].data = UINT32_MAX - 3; }},
      {"a stencil's code does not end at a multiple of its alignment",
       [](TestTables &T) { T.Tables.code_alignment = 16; }},
      {"a stencil's data does not end at a multiple of 8",
       [](TestTables &T) { T.Stencils[1].data_size = 4; }},
      {"a stencil's holes lie outside the holes",
       [](TestTables &T) { T.Stencils[1].first_hole = UINT32_MAX; }},
      {"a stencil's holes lie outside the holes", [](TestTables &T) { T.Stencils[0].code_holes = 0xffff; }},
      {"a hole has an unknown fixup kind", [](TestTables &T) { T.Holes[0].kind = SG_FIXUP_KIND_COUNT; }},
      {"a hole lies outside its stencil", [](TestTables &T) { T.Holes[1].offset = 9; }},
      {"a hole lies outside its stencil", [](TestTables &T) { T.Holes[2].offset = 0xffff; }},
      {"holes overlap, or are out of order", [](TestTables &T) { T.Holes[1].offset = 3; }},
      {"a hole has an unknown value", [](TestTables &T) { T.Holes[0].value = SG_VALUE_FIRST_OWN + 7; }},
      {"a hole has an unknown symbol", [](TestTables &T) { T.Holes[0].symbol = 1; }},
      {"a hole has an unknown addend", [](TestTables &T) { T.Holes[0].addend = 3; }},
      {"a stencil has too many items in registers", [](TestTables &T) { T.Info[1].cached_in = 16; }},
      {"a stencil has too many items in registers", [](TestTables &T) { T.Info[0].cached_out = 16; }},
      {"a stencil belongs to no micro-op", [](TestTables &T) { T.Info[1].uop = 2; }},
      {"a variant is not a stencil", [](TestTables &T) { T.Variants[0] = 2; }},
  };
  for (const Damage &R : Rows) {
    TestTables T;
    T.add("A", zeros(12), {{0, SG_FIXUP_Abs32, T.Operand0}, {4, SG_FIXUP_Abs32, T.Operand1}});
    T.add("B", zeros(4), {}, zeros(8), {{0, SG_FIXUP_Abs64, SG_VALUE_NONE, 0, 0}});
    T.finish(1);
    {
      TestStencils Good(T.Tables, {0});
      ASSERT_EQ(Good.Result, SG_OK) << Good.Why;
    }
    R.Do(T);
    TestStencils Bad(T.Tables, {0});
    EXPECT_EQ(Bad.Result, SG_BAD_TABLES);
    EXPECT_STREQ(Bad.Why ? Bad.Why : "(none)", R.Message);
  }
}

// No byte is copied from where none is.
TEST(Tables, MayHaveNoBytes) {
  TestTables T;
  T.add("EMPTY", {});
  T.finish();
  T.Tables.bytes = nullptr;
  TestStencils Set(T.Tables);
  EXPECT_EQ(Set.Result, SG_OK);
}

TEST(Tables, WantsTheAddressesOfSymbols) {
  TestTables T;
  T.add("A", zeros(8));
  TestStencils Set(T.finish(1));
  EXPECT_EQ(Set.Result, SG_BAD_TABLES);
  EXPECT_STREQ(Set.Why, "the tables name symbols, but no addresses were given");
}

} // namespace
