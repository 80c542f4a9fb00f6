// Proof by execution: that the stencils of two sets do the same (docs/prove.md).
#ifndef STENCILGEN_PROVE_PROVE_H
#define STENCILGEN_PROVE_PROVE_H

#include "inspect/SetReader.h"
#include "prove/MicroOpProver.h"

namespace stencilgen::prove {

struct ProveOptions {
  uint64_t Seed = 1;
  unsigned States = 200; ///< for each micro-op, at least
  unsigned Threads = 1;
};

/// A micro-op that only one of the sets has.
struct Unpaired {
  std::string Name;
  bool IsOfA;
};

/// Both sets, read for running, and what came of it. The proofs refer to the code.
struct ProofOfSets {
  GuestCpu Cpu;
  GuestLayout Layout;
  HoleNames Names;
  JudgeContext Context;
  std::vector<StencilCode> CodeA, CodeB; ///< in pairs
  std::vector<MicroOpProof> Proofs;      ///< of each pair
  std::vector<Unpaired> Alone;

  size_t count(Verdict V) const;
  Coverage coverage(bool OfA) const; ///< of all; without Unseen
};

/// Runs the micro-ops that both sets have. initializeBackend() must have been called.
/// Errors: the sets are for different targets; the target cannot be emulated.
llvm::Expected<std::unique_ptr<ProofOfSets>> proveSets(const InspectedSet &A, const InspectedSet &B,
                                                       const ProveOptions &Options);

} // namespace stencilgen::prove

#endif
