// Arenas, and stencils that run, for the runtime's tests.
#ifndef STENCILGEN_TEST_TESTMEMORY_H
#define STENCILGEN_TEST_TESTMEMORY_H

#include "TestTables.h"
#include "gtest/gtest.h"
#include <memory>
#include <sys/wait.h>
#include <unistd.h>

namespace stencilgen {

#if defined(__x86_64__)
inline const std::vector<uint8_t> ReturnsNumber = {0xb8, 0, 0, 0, 0, 0xc3}; // mov eax, number; ret
inline const TestHole Number = {1, SG_FIXUP_Abs32, TestTables::Operand0};
#elif defined(__aarch64__)
inline const std::vector<uint8_t> ReturnsNumber = {0x00, 0x00, 0x80, 0xd2,
                                                   0xc0, 0x03, 0x5f, 0xd6}; // movz x0, number; ret
inline const TestHole Number = {0, SG_FIXUP_AArch64_MovwG0, TestTables::Operand0};
#endif

/// Stencils of all sizes from 1 to 64 bytes, that of size N being number N - 1; then one of N bytes of code
/// and 8 of data, and one that returns its operand.
struct Sizes {
  TestTables T;
  uint32_t WithData, Returns;
  std::unique_ptr<TestStencils> Set;
  Sizes() {
    for (size_t Size = 1; Size <= 64; ++Size)
      T.add("S" + std::to_string(Size), std::vector<uint8_t>(Size, 0x90));
    WithData = T.add("DATA", std::vector<uint8_t>(16, 0x90), {}, std::vector<uint8_t>(8, 1));
    Returns = T.add("RETURNS", ReturnsNumber, {Number});
    Set = std::make_unique<TestStencils>(T.finish());
  }
  sg_trace *build(sg_arena *Arena, const std::vector<sg_uop> &Uops) const {
    sg_trace *Trace = nullptr;
    EXPECT_EQ(sg_trace_build(*Set, Arena, Uops.data(), Uops.size(), nullptr, &Trace, nullptr), SG_OK);
    return Trace;
  }
  /// One that returns a number below 65536.
  sg_trace *number(sg_arena *Arena, uint64_t Which) const {
    return build(Arena, {{Returns, {0, 0}, {Which}}});
  }
};

inline int call(const sg_trace *Trace) {
  return reinterpret_cast<int (*)()>(reinterpret_cast<uintptr_t>(Trace->code))();
}

struct Arena {
  sg_arena *A = nullptr;
  explicit Arena(const sg_arena_options &Options = {}) { EXPECT_EQ(sg_arena_create(&Options, &A), SG_OK); }
  ~Arena() { sg_arena_destroy(A); }
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  operator sg_arena *() const { return A; }
  sg_arena_statistics statistics() const { return sg_arena_get_statistics(A); }
};

inline sg_arena_options protectedBy(sg_protection Protection) {
  sg_arena_options Options = {};
  Options.protection = Protection;
  return Options;
}

/// Runs \p What in a child process and gives what it returns; -1 when it ended in another way.
template <typename Function> int inChild(Function What) {
  const pid_t Pid = fork();
  if (Pid == 0)
    _exit(What());
  int Status = 0;
  if (Pid < 0 || waitpid(Pid, &Status, 0) != Pid || !WIFEXITED(Status))
    return -1;
  return WEXITSTATUS(Status);
}

} // namespace stencilgen

#endif
