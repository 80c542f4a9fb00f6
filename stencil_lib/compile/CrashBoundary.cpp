// See CrashBoundary.h.
#include "compile/CrashBoundary.h"
#include "support/Threads.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>

using namespace llvm;

namespace stencilgen {

/// The message of a fatal error on this thread, for the recovery below to pick up. LLVM's handler takes no
/// more than a C function pointer and one pointer for the whole process.
static thread_local std::string FatalMessage;

static void onFatalError(void *, const char *Reason, bool) {
  FatalMessage = Reason;
  if (CrashRecoveryContext *Recovery = CrashRecoveryContext::GetCurrent())
    Recovery->HandleExit(1);                         // does not return
  errs() << "stencilgen: error: " << Reason << '\n'; // LLVM exits when this returns
}

static void enableOnce() {
  CrashRecoveryContext::Enable();
  // A handler cannot run on a stack that has overflowed.
  for (int Signal : {SIGSEGV, SIGBUS, SIGILL, SIGABRT}) {
    struct sigaction Action;
    if (sigaction(Signal, nullptr, &Action) == 0 && !(Action.sa_flags & SA_ONSTACK)) {
      Action.sa_flags |= SA_ONSTACK;
      sigaction(Signal, &Action, nullptr);
    }
  }
  useSignalStack();
  install_fatal_error_handler(onFatalError);
}

void enableCrashBoundary() {
  static const bool IsEnabled = (enableOnce(), true);
  (void)IsEnabled;
}

std::optional<std::string> runGuarded(function_ref<void()> Task) {
  CrashRecoveryContext Recovery;
  if (Recovery.RunSafely(Task))
    return std::nullopt;
  std::string Message = std::exchange(FatalMessage, "");
  return Message.empty() ? "it crashed" : Message;
}

} // namespace stencilgen
