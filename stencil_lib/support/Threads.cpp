// See Threads.h. std::thread throws where the system refuses, llvm::thread ends the process.
#include "support/Threads.h"
#include "support/Limits.h"
#include <csignal>
#include <memory>

namespace stencilgen {

/// Bytes; what handlers of ours and of LLVM's need, with the registers that the system saves there (11 kB
/// with AMX).
static constexpr size_t SignalStackSize = 128 << 10;

void useSignalStack() {
  struct SignalStack {
    std::unique_ptr<char[]> Bytes = std::make_unique<char[]>(SignalStackSize);
    SignalStack() {
      stack_t Stack = {};
      Stack.ss_sp = Bytes.get();
      Stack.ss_size = SignalStackSize;
      sigaltstack(&Stack, nullptr);
    }
    ~SignalStack() {
      stack_t None = {};
      None.ss_flags = SS_DISABLE;
      sigaltstack(&None, nullptr);
    }
  };
  thread_local SignalStack Stack;
}

static void *runTask(void *Argument) {
  std::unique_ptr<std::function<void()>> Task(static_cast<std::function<void()> *>(Argument));
  useSignalStack();
  (*Task)();
  return nullptr;
}

bool ThreadGroup::start(std::function<void()> Task) {
  auto Owned = std::make_unique<std::function<void()>>(std::move(Task));
  pthread_attr_t Attributes;
  if (pthread_attr_init(&Attributes) != 0)
    return false;
  pthread_t Thread;
  bool IsRunning = pthread_attr_setstacksize(&Attributes, CompilerStackSize) == 0 &&
                   pthread_create(&Thread, &Attributes, runTask, Owned.get()) == 0;
  pthread_attr_destroy(&Attributes);
  if (!IsRunning)
    return false;
  Owned.release(); // runTask's now
  Threads.push_back(Thread);
  return true;
}

void ThreadGroup::join() {
  for (pthread_t Thread : Threads)
    pthread_join(Thread, nullptr);
  Threads.clear();
}

} // namespace stencilgen
