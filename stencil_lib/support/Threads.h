// Threads for compiling: with a stack that Clang's recursion fits, and no exception where the system has no
// more.
#ifndef STENCILGEN_SUPPORT_THREADS_H
#define STENCILGEN_SUPPORT_THREADS_H

#include <functional>
#include <pthread.h>
#include <vector>

namespace stencilgen {

class ThreadGroup {
public:
  ThreadGroup() = default;
  ThreadGroup(const ThreadGroup &) = delete;
  ThreadGroup &operator=(const ThreadGroup &) = delete;
  ~ThreadGroup() { join(); }

  /// Runs \p Task on a thread with a stack of CompilerStackSize, whose overflow a CrashRecoveryContext can
  /// catch. False: the system refuses another thread, and the task will not run.
  [[nodiscard]] bool start(std::function<void()> Task);

  bool empty() const { return Threads.empty(); }

  /// Waits for all.
  void join();

private:
  std::vector<pthread_t> Threads;
};

/// Gives the calling thread a stack of its own for signal handlers, which one that overflowed cannot hold.
/// Once a thread.
void useSignalStack();

} // namespace stencilgen

#endif
