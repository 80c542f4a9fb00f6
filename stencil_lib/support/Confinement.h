// Work on what others made, in a process that can do no harm: it reads files, computes, and hands back bytes.
#ifndef STENCILGEN_SUPPORT_CONFINEMENT_H
#define STENCILGEN_SUPPORT_CONFINEMENT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace stencilgen {

/// What a confined process has done.
struct ConfinedResult {
  std::vector<std::string> Parts; ///< what the task returned
  /// What kept the process from writing and from starting programs: "Landlock", "seccomp", both; empty: the
  /// system has neither.
  std::string KeptBy;
};

/// Runs \p Task in a child process that has no rights to write a file, to start a program, or to use the
/// network (Landlock, seccomp: as far as the system has them), and returns what the task returned. The caller
/// must have no other thread. Errors: the task's, as text that is rendered; the process cannot be made, or
/// crashed.
llvm::Expected<ConfinedResult>
runConfined(llvm::function_ref<llvm::Expected<std::vector<std::string>>()> Task);

} // namespace stencilgen

#endif
