// See Confinement.h. Landlock: Documentation/userspace-api/landlock.rst of Linux, whose numbers are used
// where the headers of the C library are older than the system.
#include "support/Confinement.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif
#ifdef STENCILGEN_SECCOMP
#include <seccomp.h>
#endif

using namespace llvm;

namespace stencilgen {

namespace {

#if defined(__linux__) && defined(SYS_landlock_create_ruleset)
/// struct landlock_ruleset_attr.
struct LandlockRules {
  uint64_t Files, Network, Scoped;
};

/// Takes all rights of Landlock's but those to read: LANDLOCK_ACCESS_FS_READ_FILE is bit 2, ..._READ_DIR
/// bit 3.
bool useLandlock() {
  long Version = syscall(SYS_landlock_create_ruleset, nullptr, 0, 1UL /* LANDLOCK_CREATE_RULESET_VERSION */);
  if (Version < 1)
    return false;
  unsigned Rights = Version >= 5 ? 16 : Version >= 3 ? 15 : Version == 2 ? 14 : 13;
  LandlockRules Rules = {((uint64_t(1) << Rights) - 1) & ~uint64_t(0b1100), Version >= 4 ? 0b11U : 0U,
                         Version >= 6 ? 0b11U : 0U};
  size_t Size = Version >= 6 ? sizeof(Rules) : Version >= 4 ? 16 : 8;
  long Set = syscall(SYS_landlock_create_ruleset, &Rules, Size, 0UL);
  if (Set < 0)
    return false;
  bool Done =
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, Set, 0UL) == 0;
  close(static_cast<int>(Set));
  return Done;
}
#else
bool useLandlock() { return false; }
#endif

#ifdef STENCILGEN_SECCOMP
/// Refuses the system calls that change files, start programs or reach other processes.
bool useSeccomp() {
  scmp_filter_ctx Filter = seccomp_init(SCMP_ACT_ALLOW);
  if (!Filter)
    return false;
  bool Done = true;
  auto Refuse = [&](const char *Name, ArrayRef<scmp_arg_cmp> When = {}) {
    int Number = seccomp_syscall_resolve_name(Name);
    if (Number != __NR_SCMP_ERROR)
      Done &= seccomp_rule_add_array(Filter, SCMP_ACT_ERRNO(EPERM), Number, When.size(), When.data()) == 0;
  };
  for (const char *Name :
       {"creat",    "unlink",   "unlinkat",  "rename",   "renameat", "renameat2", "mkdir",
        "mkdirat",  "rmdir",    "link",      "linkat",   "symlink",  "symlinkat", "mknod",
        "mknodat",  "chmod",    "fchmod",    "fchmodat", "chown",    "fchown",    "lchown",
        "fchownat", "truncate", "ftruncate", "execve",   "execveat", "socket",    "connect",
        "bind",     "ptrace",   "kill",      "mount",    "openat2",  "setxattr",  "io_uring_setup"})
    Refuse(Name);
  for (auto [Name, Argument] : {std::pair("open", 1U), std::pair("openat", 2U)})
    for (uint64_t Flag : {O_WRONLY, O_RDWR, O_CREAT, O_TRUNC})
      Refuse(Name, scmp_arg_cmp{Argument, SCMP_CMP_MASKED_EQ, Flag, Flag});
  Done = Done && seccomp_load(Filter) == 0;
  seccomp_release(Filter);
  return Done;
}
#else
bool useSeccomp() { return false; }
#endif

/// Gives up what this process may do. Returns what keeps it.
std::string confine() {
  rlimit None = {0, 0};
  setrlimit(RLIMIT_CORE, &None);
  setrlimit(RLIMIT_FSIZE, &None);
  signal(SIGXFSZ, SIG_IGN);
  std::string KeptBy = useLandlock() ? "Landlock" : "";
  if (useSeccomp())
    KeptBy += KeptBy.empty() ? "seccomp" : " and seccomp";
  return KeptBy;
}

bool writeAll(int To, const void *Bytes, size_t Size) {
  auto *At = static_cast<const char *>(Bytes);
  while (Size > 0) {
    ssize_t Written = write(To, At, Size);
    if (Written < 0 && errno != EINTR)
      return false;
    At += std::max<ssize_t>(Written, 0);
    Size -= static_cast<size_t>(std::max<ssize_t>(Written, 0));
  }
  return true;
}

bool writePart(int To, StringRef Part) {
  uint64_t Size = Part.size();
  return writeAll(To, &Size, sizeof Size) && writeAll(To, Part.data(), Part.size());
}

/// The child's whole life: what keeps it, then an error's text (empty: none), then the parts.
[[noreturn]] void runChild(function_ref<Expected<std::vector<std::string>>()> Task, int To) {
  bool Sent = writePart(To, confine());
  auto Parts = Task();
  std::string Problem;
  raw_string_ostream OS(Problem);
  if (!Parts)
    handleAllErrors(
        Parts.takeError(), [&](const DiagnosticError &E) { E.log(OS); },
        [&](const ErrorInfoBase &E) { OS << "stencilgen: error: " << E.message() << '\n'; });
  Sent = Sent && writePart(To, Problem);
  if (Parts)
    for (const std::string &Part : *Parts)
      Sent = Sent && writePart(To, Part);
  _exit(Sent ? 0 : 1);
}

std::string readAll(int From) {
  std::string Bytes;
  char Buffer[1 << 16];
  for (ssize_t Read; (Read = read(From, Buffer, sizeof Buffer)) != 0;) {
    if (Read < 0 && errno != EINTR)
      break;
    Bytes.append(Buffer, static_cast<size_t>(std::max<ssize_t>(Read, 0)));
  }
  return Bytes;
}

} // namespace

Expected<ConfinedResult> runConfined(function_ref<Expected<std::vector<std::string>>()> Task) {
  outs().flush();
  errs().flush();
  int Ends[2];
  if (pipe(Ends) != 0)
    return makeError("cannot make a pipe: " + std::generic_category().message(errno));
  pid_t Child = fork();
  if (Child < 0) {
    std::string Reason = std::generic_category().message(errno);
    close(Ends[0]);
    close(Ends[1]);
    return makeError("cannot start a process: " + Reason);
  }
  if (Child == 0) {
    close(Ends[0]);
    runChild(Task, Ends[1]);
  }
  close(Ends[1]);
  std::string Bytes = readAll(Ends[0]);
  close(Ends[0]);
  int Status = 0;
  while (waitpid(Child, &Status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(Status) || WEXITSTATUS(Status) != 0)
    return makeError(
        "the process that makes the stencils again " +
        (WIFSIGNALED(Status) ? "was ended by signal " + std::to_string(WTERMSIG(Status)) : "failed"));
  ConfinedResult Result;
  for (StringRef Rest = Bytes; Rest.size() >= sizeof(uint64_t);) {
    uint64_t Size;
    memcpy(&Size, Rest.data(), sizeof Size);
    Rest = Rest.drop_front(sizeof Size);
    Result.Parts.push_back(Rest.take_front(Size).str());
    Rest = Rest.drop_front(std::min<uint64_t>(Size, Rest.size()));
  }
  if (Result.Parts.size() < 2)
    return makeError("the process that makes the stencils again wrote nothing");
  Result.KeptBy = Result.Parts[0];
  Diagnostic Problem;
  Problem.Message = Result.Parts[1];
  Problem.IsRendered = true;
  if (!Problem.Message.empty())
    return make_error<DiagnosticError>(std::vector<Diagnostic>{std::move(Problem)});
  Result.Parts.erase(Result.Parts.begin(), Result.Parts.begin() + 2);
  return Result;
}

} // namespace stencilgen
