// One micro-op of two sets: runs both stencils from many states and looks for those in which they differ,
// until both sides of every branch were seen or there is nothing left to try.
#ifndef STENCILGEN_PROVE_MICROOPPROVER_H
#define STENCILGEN_PROVE_MICROOPPROVER_H

#include "prove/BranchTable.h"
#include "prove/Judge.h"

namespace stencilgen::prove {

/// Two runs that differ.
struct CounterExample {
  State From;
  Difference First;
  Behaviour A, B; ///< detailed
};

struct MicroOpProof {
  std::string Name;
  Verdict Result = Verdict::Unknown;
  std::string Problem;            ///< why it could not be run, or what runs came to; empty: nothing
  size_t States = 0, Unknown = 0; ///< Unknown: states in which neither came to an end
  Coverage OfA, OfB;
  std::optional<CounterExample> Found;
};

struct MicroOpOptions {
  uint64_t Seed;
  unsigned States; ///< how many at least
  unsigned CodeAlignment;
  RunOptions Run;
  bool IsShim = false; ///< called by C
};

/// \param A, B  the two stencils of the micro-op \p Name
MicroOpProof proveMicroOp(llvm::StringRef Name, const StencilCode &A, const StencilCode &B,
                          const JudgeContext &Context, Emulator &Machine, const MicroOpOptions &Options);

} // namespace stencilgen::prove

#endif
