// runtime/debug.c and profile.c: what debuggers, unwinders and profilers are told of a trace. (test/runtime/gdb.test has the real gdb.)
#include "TestTables.h"
#include "gtest/gtest.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <unistd.h>
#include <unwind.h>

using namespace stencilgen;

namespace {

std::string contents(const std::string &Path) {
  std::ifstream File(Path, std::ios::binary);
  std::stringstream Text;
  Text << File.rdbuf();
  return Text.str();
}

/// A trace of a few micro-ops, one without code.
struct Named {
  TestTables T;
  std::unique_ptr<TestStencils> Set;
  sg_arena *Arena = nullptr;
  sg_trace *Trace = nullptr;
  Named() {
    T.add("_FIRST", std::vector<uint8_t>(16, 0x90));
    T.add("_NOTHING", {});
    T.add("_LAST", std::vector<uint8_t>(32, 0x91));
    Set = std::make_unique<TestStencils>(T.finish());
    const sg_uop Uops[] = {{0, {0, 0}, {}}, {1, {0, 0}, {}}, {2, {0, 0}, {}}};
    sg_trace_options Options = {};
    Options.name = "loop";
    EXPECT_EQ(sg_arena_create(nullptr, &Arena), SG_OK);
    EXPECT_EQ(sg_trace_build(*Set, Arena, Uops, 3, &Options, &Trace, nullptr), SG_OK);
  }
  ~Named() {
    sg_trace_free(Arena, Trace);
    sg_arena_destroy(Arena);
  }
};

TEST(Debug, PerfMapNamesEveryMicroOp) {
  Named N;
  const std::string Path = testing::TempDir() + "stencilgen-perf-" + std::to_string(getpid()) + ".map";
  FILE *Map = std::fopen(Path.c_str(), "w");
  ASSERT_NE(Map, nullptr);
  EXPECT_EQ(sg_perf_map_add(Map, N.Trace), 0);
  std::fclose(Map);
  std::stringstream Expected;
  const auto Code = reinterpret_cast<uintptr_t>(N.Trace->code);
  Expected << std::hex << Code << " 10 trace:loop:_FIRST\n" << Code + 16 << " 20 trace:loop:_LAST\n";
  EXPECT_EQ(contents(Path), Expected.str());
  std::remove(Path.c_str());
}

#ifdef __linux__
TEST(Debug, JitdumpHasARecordAMicroOp) {
  Named N;
  const std::string Path = testing::TempDir() + "stencilgen-jit-" + std::to_string(getpid()) + ".dump";
  FILE *Dump = sg_jitdump_open(Path.c_str());
  ASSERT_NE(Dump, nullptr);
  EXPECT_NE(contents("/proc/self/maps").find(Path), std::string::npos); // that is how perf finds it
  EXPECT_EQ(sg_jitdump_add(Dump, N.Trace), 0);
  std::fclose(Dump);
  const std::string Bytes = contents(Path);
  auto Word = [&](size_t At, size_t Width) {
    uint64_t Value = 0;
    std::memcpy(&Value, Bytes.data() + At, Width);
    return Value;
  };
  ASSERT_GE(Bytes.size(), 40u);
  EXPECT_EQ(Word(0, 4), 0x4a695444u); // "JiTD"
  EXPECT_EQ(Word(4, 4), 1u);
  EXPECT_EQ(Word(8, 4), 40u);
  EXPECT_EQ(Word(20, 4), static_cast<uint64_t>(getpid()));
  size_t At = 40;
  const struct {
    const char *Name;
    size_t Offset, Size;
  } Records[] = {{"trace:loop:_FIRST", 0, 16}, {"trace:loop:_LAST", 16, 32}};
  for (const auto &R : Records) {
    ASSERT_LE(At + 56, Bytes.size());
    EXPECT_EQ(Word(At, 4), 0u); // JIT_CODE_LOAD
    EXPECT_EQ(Word(At + 4, 4), 56 + std::strlen(R.Name) + 1 + R.Size);
    EXPECT_EQ(Word(At + 24, 8), reinterpret_cast<uintptr_t>(N.Trace->code) + R.Offset);
    EXPECT_EQ(Word(At + 40, 8), R.Size);
    EXPECT_STREQ(Bytes.data() + At + 56, R.Name);
    EXPECT_EQ(Bytes.compare(At + 56 + std::strlen(R.Name) + 1, R.Size, static_cast<const char *>(N.Trace->code) + R.Offset, R.Size), 0);
    At += Word(At + 4, 4);
  }
  EXPECT_EQ(At, Bytes.size());
  std::remove(Path.c_str());
}
#endif

#if defined(__x86_64__) || defined(__aarch64__)
std::vector<uintptr_t> Frames;

_Unwind_Reason_Code collect(_Unwind_Context *Context, void *) {
  Frames.push_back(_Unwind_GetIP(Context));
  return _URC_NO_REASON;
}

void lookAround() {
  Frames.clear();
  _Unwind_Backtrace(collect, nullptr);
}

__attribute__((noinline)) uintptr_t enter(const void *Code) {
  reinterpret_cast<void (*)()>(reinterpret_cast<uintptr_t>(Code))();
  return reinterpret_cast<uintptr_t>(__builtin_return_address(0));
}

// Code that keeps a frame as C does and calls back: this process's unwinder walks through it, and not when it is not told.
TEST(Debug, UnwinderWalksThrough) {
  const uint64_t To = reinterpret_cast<uintptr_t>(&lookAround);
#ifdef __x86_64__
  TestTables T;
  // push rbp; mov rbp, rsp; mov rax, address; call rax; pop rbp; ret
  const uint32_t Calls = T.add("CALLS", {0x55, 0x48, 0x89, 0xe5, 0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xd0, 0x5d, 0xc3},
                               {{6, SG_FIXUP_Abs64, TestTables::Operand0}});
#else
  TestTables T(SG_ARCH_AARCH64);
  // stp x29, x30, [sp, -16]!; mov x29, sp; ldr x0, 16; blr x0; ldp x29, x30, [sp], 16; ret; address
  const uint32_t Calls = T.add("CALLS", {0xfd, 0x7b, 0xbf, 0xa9, 0xfd, 0x03, 0x00, 0x91, 0x80, 0x00, 0x00, 0x58, 0x00, 0x00, 0x3f, 0xd6,
                                         0xfd, 0x7b, 0xc1, 0xa8, 0xc0, 0x03, 0x5f, 0xd6, 0, 0, 0, 0, 0, 0, 0, 0},
                               {{24, SG_FIXUP_Abs64, TestTables::Operand0}});
#endif
  TestStencils Set(T.finish());
  ASSERT_EQ(Set.Result, SG_OK) << Set.Why;
  sg_arena *Arena;
  ASSERT_EQ(sg_arena_create(nullptr, &Arena), SG_OK);
  const sg_uop Uop = {Calls, {0, 0}, {To}};
  sg_trace *Trace;
  ASSERT_EQ(sg_trace_build(Set, Arena, &Uop, 1, nullptr, &Trace, nullptr), SG_OK);
  auto Has = [](uintptr_t Address) { return std::find(Frames.begin(), Frames.end(), Address) != Frames.end(); };
  EXPECT_FALSE(Has(enter(Trace->code)));
  void *Handle = sg_unwinder_register(Trace);
  ASSERT_NE(Handle, nullptr);
  const uintptr_t Caller = enter(Trace->code);
  EXPECT_TRUE(Has(Caller));
  const auto Code = reinterpret_cast<uintptr_t>(Trace->code);
  EXPECT_TRUE(std::any_of(Frames.begin(), Frames.end(), [&](uintptr_t IP) { return IP > Code && IP < Code + Trace->code_size; }));
  sg_unwinder_unregister(Handle);
  EXPECT_FALSE(Has(enter(Trace->code)));
  sg_trace_free(Arena, Trace);
  sg_arena_destroy(Arena);
}
#endif

TEST(Debug, NoFramesOfUnknownArchitectures) {
  uint8_t Buffer[64];
  EXPECT_EQ(sg_eh_frame(SG_ARCH_OTHER, 0, 16, Buffer), 0u);
  EXPECT_LE(sg_eh_frame(SG_ARCH_X86_64, 0, 16, Buffer), sizeof(Buffer));
  EXPECT_LE(sg_eh_frame(SG_ARCH_AARCH64, 0, 16, Buffer), sizeof(Buffer));
}

} // namespace
