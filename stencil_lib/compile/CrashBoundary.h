// Clang and LLVM in our process: what would end theirs must not end ours.
#ifndef STENCILGEN_COMPILE_CRASHBOUNDARY_H
#define STENCILGEN_COMPILE_CRASHBOUNDARY_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <optional>
#include <string>

namespace stencilgen {

/// Makes fatal errors and crashes of LLVM something that runGuarded returns. Before there are threads.
void enableCrashBoundary();

/// Runs \p Task on this thread. Returns nothing when it came to its end, else why it did not: LLVM's message
/// of a fatal error, or that it crashed (a stack that overflowed is one). After that what the task worked on
/// is half done, and must be neither used nor destroyed.
std::optional<std::string> runGuarded(llvm::function_ref<void()> Task);

} // namespace stencilgen

#endif
