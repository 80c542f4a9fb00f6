// runtime/fork.c and what arena.c does after fork(2): a parent and its children have machine code of their
// own, at the same addresses. test/programs/fork_stress.cpp is the same under load.
#include "TestMemory.h"
#include <atomic>
#include <fstream>
#include <sstream>
#include <thread>

using namespace stencilgen;

namespace {

/// Two processes in step: each waits until the other has come as far.
class Steps {
public:
  Steps() {
    EXPECT_EQ(pipe(ToChild), 0);
    EXPECT_EQ(pipe(ToParent), 0);
  }
  ~Steps() {
    for (int File : {ToChild[0], ToChild[1], ToParent[0], ToParent[1]})
      close(File);
  }
  void meetInParent() { exchange(ToChild[1], ToParent[0]); }
  void meetInChild() { exchange(ToParent[1], ToChild[0]); }

private:
  static void exchange(int Out, int In) {
    char Byte = 0;
    if (write(Out, &Byte, 1) != 1 || read(In, &Byte, 1) != 1)
      std::abort();
  }
  int ToChild[2], ToParent[2];
};

/// The inode of the mapping that an address is in: other memory has another.
std::string inode(const void *Address) {
  std::ifstream Maps("/proc/self/maps");
  for (std::string Line; std::getline(Maps, Line);) {
    std::istringstream In(Line);
    uintptr_t Begin, End;
    char Dash;
    std::string Permissions, Offset, Device, Inode;
    In >> std::hex >> Begin >> Dash >> End >> Permissions >> Offset >> Device >> Inode;
    if (reinterpret_cast<uintptr_t>(Address) >= Begin && reinterpret_cast<uintptr_t>(Address) < End)
      return Inode;
  }
  return "none";
}

enum { Count = 50 };

struct Fork : testing::TestWithParam<sg_arena_options> {
  const Sizes S;
  Arena A{GetParam()};
  std::vector<sg_trace *> Traces = std::vector<sg_trace *>(Count);

  void build(uint64_t First) {
    for (uint64_t I = 0; I < Count; ++I)
      Traces[I] = S.build(A, {{S.Returns, {0, 0}, {First + I}}, {S.WithData, {0, 0}, {}}});
  }
  void free() {
    for (sg_trace *&Trace : Traces)
      sg_trace_free(A, Trace);
  }
  int wrong(uint64_t First) const {
    int Wrong = 0;
    for (uint64_t I = 0; I < Count; ++I)
      Wrong += call(Traces[I]) != static_cast<int>(First + I) ||
               *static_cast<const uint8_t *>(Traces[I]->data) != 1;
    return Wrong;
  }
};

TEST_P(Fork, AChildThatBuildsLeavesTheParentsCodeAlone) {
  build(100);
  EXPECT_EQ(inChild([&] {
              int Wrong = wrong(100);
              free();
              build(5000);
              return Wrong + wrong(5000);
            }),
            0);
  EXPECT_EQ(wrong(100), 0);
}

TEST_P(Fork, AParentThatBuildsLeavesTheChildsCodeAlone) {
  build(100);
  Steps Both;
  const pid_t Pid = fork();
  if (Pid == 0) {
    Both.meetInChild(); // the parent has its new code
    int Wrong = wrong(100);
    free();
    build(5000);
    Wrong += wrong(5000);
    Both.meetInChild();
    Both.meetInChild();
    _exit(Wrong + wrong(5000));
  }
  free();
  build(9000);
  Both.meetInParent();
  Both.meetInParent(); // the child has its own
  EXPECT_EQ(wrong(9000), 0);
  free();
  build(300);
  Both.meetInParent();
  int Status = -1;
  waitpid(Pid, &Status, 0);
  EXPECT_EQ(Status, 0);
  EXPECT_EQ(wrong(300), 0);
}

TEST_P(Fork, AChildMayForkBeforeAndAfterItBuilds) {
  build(100);
  EXPECT_EQ(inChild([&] {
              int Wrong = inChild([&] {
                free();
                build(200);
                return wrong(200);
              });
              Wrong += wrong(100);
              free();
              build(300);
              Wrong += inChild([&] {
                int Inner = wrong(300);
                free();
                build(400);
                return Inner + wrong(400);
              });
              return Wrong + wrong(300);
            }),
            0);
  EXPECT_EQ(wrong(100), 0);
}

// As multiprocessing does it: workers that live on, are replaced, and have traces of different age.
TEST_P(Fork, WorkersComeAndGo) {
  build(100);
  std::vector<pid_t> Workers;
  int Bad = 0;
  auto Collect = [&] {
    int Status = -1;
    waitpid(Workers.front(), &Status, 0);
    Workers.erase(Workers.begin());
    Bad += Status != 0;
  };
  for (uint64_t I = 0; I < 60; ++I) {
    const pid_t Pid = fork();
    if (Pid == 0) {
      int Wrong = wrong(100 + I / 7);
      for (uint64_t Task = 0; Task < 3; ++Task) {
        free();
        build(1000 * I + 100 * Task);
        Wrong += wrong(1000 * I + 100 * Task);
      }
      _exit(Wrong != 0);
    }
    Workers.push_back(Pid);
    if (I % 7 == 6) {
      free();
      build(100 + (I + 1) / 7);
    }
    if (Workers.size() == 4)
      Collect();
  }
  while (!Workers.empty())
    Collect();
  EXPECT_EQ(Bad, 0);
  EXPECT_EQ(wrong(100 + 60 / 7), 0);
}

// What a thread was writing when another forked is nobody's in the child, and whole in the parent.
// AddressSanitizer's allocator (GCC 12) leaves its locks taken in the child of several threads.
#if !defined(__SANITIZE_ADDRESS__)
TEST_P(Fork, ThreadsBuildMeanwhile) {
  build(100);
  std::atomic<bool> Stop = false;
  std::atomic<int> Wrong = 0;
  std::vector<std::thread> Pool;
  for (uint64_t T = 0; T < 3; ++T)
    Pool.emplace_back([&, T] {
      for (uint64_t I = 0; !Stop; ++I) {
        const uint64_t Mark = (T * 20000 + I) & 0xffff;
        sg_trace *Trace = S.build(A, {{S.Returns, {0, 0}, {Mark}}, {S.WithData, {0, 0}, {}}});
        Wrong += call(Trace) != static_cast<int>(Mark);
        sg_trace_free(A, Trace);
      }
    });
  for (int I = 0; I < 100; ++I)
    Wrong += inChild([&] {
      int Bad = wrong(100);
      free();
      // No lock is held for ever, and what is left belongs to traces that threads had built.
      Bad += A.statistics().traces > 3;
      build(7000);
      return Bad + wrong(7000);
    });
  Stop = true;
  for (std::thread &Thread : Pool)
    Thread.join();
  EXPECT_EQ(Wrong, 0);
  EXPECT_EQ(wrong(100), 0);
  EXPECT_EQ(A.statistics().traces, size_t{Count});
}
#endif

sg_arena_options options(sg_protection Protection, int DataApart) {
  sg_arena_options Options = protectedBy(Protection);
  Options.region_size = 1 << 16;
  Options.data_apart = DataApart;
  return Options;
}

INSTANTIATE_TEST_SUITE_P(, Fork,
                         testing::Values(options(SG_PROTECTION_DUAL, 0), options(SG_PROTECTION_DUAL, 1),
                                         options(SG_PROTECTION_SWITCH, 0)),
                         [](const auto &Case) {
                           return std::string(Case.param.protection == SG_PROTECTION_DUAL ? "Dual"
                                                                                          : "Switch") +
                                  (Case.param.data_apart ? "Apart" : "");
                         });

// A fork that is followed by execve costs no copy.
TEST(ForkCost, MemoryIsCopiedWhenItIsWrittenTo) {
  const Sizes S;
  Arena A(protectedBy(SG_PROTECTION_DUAL));
  const sg_trace *Trace = S.number(A, 7);
  const std::string Before = inode(Trace->code);
  EXPECT_EQ(inChild([&] { return call(Trace) != 7 || inode(Trace->code) != Before; }), 0);
  EXPECT_EQ(inode(Trace->code), Before);
  const sg_trace *Other = S.number(A, 8);
  EXPECT_NE(inode(Trace->code), Before);
  EXPECT_EQ(inode(Other->code), inode(Trace->code));
  EXPECT_EQ(call(Trace), 7);
  EXPECT_EQ(call(Other), 8);
}

#ifdef __x86_64__
int forkHere() { return fork(); }

// The code that both processes return into is where it was.
TEST(ForkCost, ATraceMayFork) {
  TestTables T;
  // sub rsp, 8; mov rax, function; call rax; add rsp, 8; ret
  const uint32_t Calls = T.add("CALLS", {0x48, 0x83, 0xec, 8,    0x48, 0xb8, 0,    0,    0, 0,   0,
                                         0,    0,    0,    0xff, 0xd0, 0x48, 0x83, 0xc4, 8, 0xc3},
                               {{6, SG_FIXUP_Abs64, TestTables::Operand0}});
  TestStencils Set(T.finish());
  Arena A(protectedBy(SG_PROTECTION_DUAL));
  const sg_uop Uop = {Calls, {0, 0}, {reinterpret_cast<uintptr_t>(&forkHere)}};
  sg_trace *Trace;
  ASSERT_EQ(sg_trace_build(Set, A, &Uop, 1, nullptr, &Trace, nullptr), SG_OK);
  const int Pid = call(Trace);
  if (Pid == 0)
    _exit(0);
  int Status = -1;
  waitpid(Pid, &Status, 0);
  EXPECT_EQ(Status, 0);
}
#endif

} // namespace
