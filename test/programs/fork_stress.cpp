// fork_stress FORKS [THREADS]: parents and children that share an arena's memory build, run and free traces,
// and every trace must return its own number all the time. Several children live at once, some fork again,
// and THREADS threads (2) build and free in the parent while it forks. Prints how many traces were run, and
// how many were wrong.
#include "../unit/runtime/TestTables.h"
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace stencilgen;

namespace {

enum { Live = 24, Steps = 6, ChildrenAtOnce = 4 };

#if defined(__aarch64__)
const std::vector<uint8_t> ReturnsNumber = {0x00, 0x00, 0x80, 0xd2,
                                            0xc0, 0x03, 0x5f, 0xd6}; // movz x0, number; ret
const TestHole Number = {0, SG_FIXUP_AArch64_MovwG0, TestTables::Operand0};
#else
const std::vector<uint8_t> ReturnsNumber = {0xb8, 0, 0, 0, 0, 0xc3}; // mov eax, number; ret
const TestHole Number = {1, SG_FIXUP_Abs32, TestTables::Operand0};
#endif

std::atomic<uint64_t> Runs = 0, Wrong = 0;

/// A few traces of one owner.
class Traces {
public:
  Traces(const sg_stencils *Set, sg_arena *Arena, unsigned Seed) : Set(Set), Arena(Arena), Random(Seed) {}

  void seed(unsigned Seed) { Random.seed(Seed); }

  /// Frees and builds a few, then runs all.
  void step() {
    for (int I = 0; I < Steps; ++I) {
      sg_trace *&Trace = All[Random() % Live];
      if (Trace)
        sg_trace_free(Arena, Trace);
      Trace = nullptr;
      const uint64_t Mark = Random() & 0xffff;
      sg_uop Uops[5] = {{0, {0, 0}, {Mark}}};
      sg_trace_options Options = {};
      Options.user = reinterpret_cast<void *>(static_cast<uintptr_t>(Mark));
      if (sg_trace_build(Set, Arena, Uops, 1 + Random() % 5, &Options, &Trace, nullptr) != SG_OK)
        ++Wrong;
    }
    run();
  }

  void run() {
    for (const sg_trace *Trace : All)
      if (Trace) {
        ++Runs;
        Wrong += reinterpret_cast<uintptr_t (*)()>(reinterpret_cast<uintptr_t>(Trace->code))() !=
                 reinterpret_cast<uintptr_t>(Trace->user);
      }
  }

private:
  const sg_stencils *Set;
  sg_arena *Arena;
  std::mt19937 Random;
  sg_trace *All[Live] = {};
};

/// What a child does: as its parent, and some have a child of their own.
void child(Traces &Mine, unsigned Number) {
  Mine.run();
  Mine.seed(Number);
  Mine.step();
  int Status = 0;
  if (Number % 16 == 0) {
    const pid_t Pid = fork();
    if (Pid == 0) {
      Mine.run();
      Mine.step();
      _exit(Wrong != 0);
    }
    Mine.step();
    waitpid(Pid, &Status, 0);
  }
  Mine.step();
  _exit(Wrong != 0 || Status != 0);
}

} // namespace

int main(int Argc, char **Argv) {
  const unsigned Forks = Argc > 1 ? static_cast<unsigned>(std::atoi(Argv[1])) : 1000;
  const unsigned Threads = Argc > 2 ? static_cast<unsigned>(std::atoi(Argv[2])) : 2;
  TestTables Tables;
  Tables.add("RETURNS", ReturnsNumber, {Number});
  TestStencils Set(Tables.finish());
  sg_arena_options Options = {};
  Options.region_size = 1 << 16;
  sg_arena *Arena;
  if (sg_arena_create(&Options, &Arena) != SG_OK)
    return 1;
  std::atomic<bool> Stop = false;
  std::vector<std::thread> Pool;
  for (unsigned I = 0; I < Threads; ++I)
    Pool.emplace_back([&, I] {
      Traces Mine(Set, Arena, 1000 + I);
      while (!Stop)
        Mine.step();
    });
  Traces Mine(Set, Arena, 1);
  unsigned Waiting = 0, Bad = 0;
  auto Collect = [&] {
    int Status = 0;
    if (wait(&Status) <= 0 || Status != 0)
      ++Bad;
    --Waiting;
  };
  for (unsigned I = 0; I < Forks; ++I) {
    Mine.step();
    const pid_t Pid = fork();
    if (Pid == 0)
      child(Mine, I);
    if (Pid < 0) {
      std::perror("fork_stress: fork");
      return 1;
    }
    ++Waiting;
    Mine.step();
    if (Waiting == ChildrenAtOnce)
      Collect();
  }
  while (Waiting > 0)
    Collect();
  Stop = true;
  for (std::thread &Thread : Pool)
    Thread.join();
  Mine.run();
  const sg_arena_statistics Statistics = sg_arena_get_statistics(Arena);
  std::printf(
      "protection %d, %u forks, %llu runs in the parent, %llu wrong, %u children wrong, %zu regions\n",
      static_cast<int>(sg_arena_protection(Arena)), Forks, static_cast<unsigned long long>(Runs),
      static_cast<unsigned long long>(Wrong), Bad, Statistics.regions);
  return Wrong != 0 || Bad != 0;
}
