// runtime/pages.c and arena.c where the system refuses: system calls denied as seccomp filters and SELinux's
// policies deny them, limits on files and memory. An arena that is made can be used.
#include "TestMemory.h"
#include <cerrno>
#include <csignal>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

using namespace stencilgen;

namespace {

/// What a process may not do.
struct Denial {
  const char *Name;
  bool MemfdCreate, MapExecutable, ProtectExecutable, Remap;
  int Error; ///< what the system says
};

void deny(scmp_filter_ctx Filter, int Error, int Call) {
  if (seccomp_rule_add(Filter, SCMP_ACT_ERRNO(static_cast<unsigned>(Error)), Call, 0) != 0)
    std::abort();
}

/// Where the third argument, the protection, has PROT_EXEC.
void denyExecutable(scmp_filter_ctx Filter, int Error, int Call) {
  if (seccomp_rule_add(Filter, SCMP_ACT_ERRNO(static_cast<unsigned>(Error)), Call, 1,
                       SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, PROT_EXEC)) != 0)
    std::abort();
}

void apply(const Denial &D) {
  scmp_filter_ctx Filter = seccomp_init(SCMP_ACT_ALLOW);
  if (D.MemfdCreate)
    deny(Filter, D.Error, SCMP_SYS(memfd_create));
  if (D.Remap)
    deny(Filter, D.Error, SCMP_SYS(mremap));
  if (D.MapExecutable)
    denyExecutable(Filter, D.Error, SCMP_SYS(mmap));
  if (D.ProtectExecutable) {
    denyExecutable(Filter, D.Error, SCMP_SYS(mprotect));
    denyExecutable(Filter, D.Error, SCMP_SYS(pkey_mprotect));
  }
  if (seccomp_load(Filter) != 0)
    std::abort();
  seccomp_release(Filter);
}

/// Builds, frees and runs traces. 0: all is well.
int useArena(const Sizes &S, sg_arena *A) {
  int Wrong = 0;
  std::vector<sg_trace *> Traces(100);
  for (int Round = 0; Round < 3; ++Round)
    for (uint64_t I = 0; I < Traces.size(); ++I) {
      if (Traces[I])
        sg_trace_free(A, Traces[I]);
      const sg_uop Uop = {S.Returns, {0, 0}, {I}};
      Wrong += sg_trace_build(*S.Set, A, &Uop, 1, nullptr, &Traces[I], nullptr) != SG_OK ||
               call(Traces[I]) != static_cast<int>(I);
    }
  return Wrong != 0;
}

/// What becomes of an arena: the protection, or 100 + the result of making it; 200: it could be made but not
/// used.
int arenaUnder(sg_protection Asked) {
  const Sizes S;
  const sg_arena_options Options = protectedBy(Asked);
  sg_arena *A;
  const sg_result Result = sg_arena_create(&Options, &A);
  if (Result != SG_OK)
    return 100 + Result;
  return useArena(S, A) == 0 ? sg_arena_protection(A) : 200;
}

constexpr int Denied = 100 + SG_DENIED;

TEST(Denial, AnArenaThatIsMadeCanBeUsed) {
  const struct {
    Denial D;
    int Best, Dual, Switch;
  } Rows[] = {
      {{"nothing", false, false, false, false, EPERM},
       SG_PROTECTION_DUAL,
       SG_PROTECTION_DUAL,
       SG_PROTECTION_SWITCH},
      {{"memfd_create", true, false, false, false, EPERM},
       SG_PROTECTION_DUAL,
       SG_PROTECTION_DUAL,
       SG_PROTECTION_SWITCH},
      {{"memfd_create, as an old system", true, false, false, false, ENOSYS},
       SG_PROTECTION_DUAL,
       SG_PROTECTION_DUAL,
       SG_PROTECTION_SWITCH},
      {{"mprotect, as systemd's MemoryDenyWriteExecute", false, false, true, false, EPERM},
       SG_PROTECTION_DUAL,
       SG_PROTECTION_DUAL,
       Denied},
      {{"memfd_create and mprotect", true, false, true, false, EPERM},
       SG_PROTECTION_DUAL,
       SG_PROTECTION_DUAL,
       Denied},
      {{"memfd_create and mremap", true, false, false, true, EPERM},
       SG_PROTECTION_SWITCH,
       Denied,
       SG_PROTECTION_SWITCH},
      {{"executable mappings, as SELinux for files in memory", false, true, false, false, EACCES},
       SG_PROTECTION_SWITCH,
       Denied,
       SG_PROTECTION_SWITCH},
      {{"memfd_create, mremap and mprotect", true, false, true, true, EPERM}, Denied, Denied, Denied},
      {{"all executable memory, as SELinux's execmem", false, true, true, false, EACCES},
       Denied,
       Denied,
       Denied},
      {{"all executable memory, by a filter", true, true, true, false, EPERM}, Denied, Denied, Denied},
  };
  for (const auto &R : Rows) {
    const struct {
      sg_protection Asked;
      int Expected;
    } Columns[] = {
        {SG_PROTECTION_BEST, R.Best}, {SG_PROTECTION_DUAL, R.Dual}, {SG_PROTECTION_SWITCH, R.Switch}};
    for (const auto &C : Columns)
      EXPECT_EQ(inChild([&] {
                  apply(R.D);
                  return arenaUnder(C.Asked);
                }),
                C.Expected)
          << R.D.Name << ", asked for " << C.Asked;
  }
}

// A process that locks itself up once it has warmed up: what is there goes on working, also in children.
TEST(Denial, LaterDenialsLeaveWhatThereIs) {
  EXPECT_EQ(
      inChild([] {
        const Sizes S;
        Arena A;
        apply({"all", true, true, true, true, EPERM});
        if (useArena(S, A) != 0)
          return 1;
        // No more memory is to be had than the region that there is.
        const std::vector<sg_uop> Large(40000, sg_uop{63, {0, 0}, {}});
        sg_trace *Trace;
        sg_problem Problem;
        if (sg_trace_build(*S.Set, A, Large.data(), Large.size(), nullptr, &Trace, &Problem) != SG_DENIED)
          return 2;
        char Text[100];
        sg_problem_text(&Problem, Text, sizeof(Text));
        if (std::string(Text) != "the system forbids executable memory")
          return 3;
        // A child cannot get its own copy: it says so, and the parent's code is as it was.
        const sg_uop Uop = {S.Returns, {0, 0}, {77}};
        sg_trace *Mine = S.number(A, 42);
        if (inChild([&] {
              if (call(Mine) != 42)
                return 10;
              return sg_trace_build(*S.Set, A, &Uop, 1, nullptr, &Trace, &Problem) == SG_DENIED ? 0 : 11;
            }) != 0)
          return 4;
        return call(Mine) == 42 ? 0 : 5;
      }),
      0);
}

#ifdef PR_SET_MDWE
// Linux's own switch for the same (prctl(2), from 6.3): no mapping gains the right to be executed.
TEST(Denial, MemoryDenyWriteExecute) {
  EXPECT_EQ(inChild([] {
              if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) != 0)
                return static_cast<int>(SG_PROTECTION_DUAL); // an older system
              return arenaUnder(SG_PROTECTION_BEST);
            }),
            SG_PROTECTION_DUAL);
}
#endif

void limit(decltype(RLIMIT_FSIZE) Which, rlim_t Bytes) {
  const struct rlimit Limit = {Bytes, Bytes};
  if (setrlimit(Which, &Limit) != 0)
    std::abort();
}

// A file in memory that is longer than allowed would end the process (SIGXFSZ).
TEST(Denial, ALimitOnFileSizes) {
  for (rlim_t Bytes : {rlim_t(0), rlim_t(4096), rlim_t(1 << 20)})
    EXPECT_EQ(inChild([&] {
                limit(RLIMIT_FSIZE, Bytes);
                return arenaUnder(SG_PROTECTION_BEST);
              }),
              SG_PROTECTION_DUAL)
        << Bytes;
  // A region that is larger than the first, and the copy of a child.
  EXPECT_EQ(inChild([] {
              const Sizes S;
              Arena A;
              const sg_trace *Before = S.number(A, 3);
              limit(RLIMIT_FSIZE, 1 << 20);
              const sg_trace *Large = S.build(A, std::vector<sg_uop>(40000, sg_uop{63, {0, 0}, {}}));
              if (Large == nullptr)
                return 1;
              limit(RLIMIT_FSIZE, 0);
              return inChild([&] { return call(S.number(A, 9)) == 9 && call(Before) == 3 ? 0 : 1; });
            }),
            0);
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
TEST(Denial, ALimitOnMemory) {
  EXPECT_EQ(inChild([] {
              limit(RLIMIT_AS, 1 << 20);
              sg_arena *A;
              return 100 + sg_arena_create(nullptr, &A);
            }),
            100 + SG_NO_MEMORY);
}
#endif

} // namespace
