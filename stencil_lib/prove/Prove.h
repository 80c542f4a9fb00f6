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
  std::vector<std::string> Patterns; ///< run only micro-ops whose names match one; none: all
};

/// A micro-op that only one of the sets has.
struct Unpaired {
  std::string Name;
  bool IsOfA;
};

/// Both sets, read for running, and what came of it. The proofs refer to the code. The first set is on trial:
/// what registers and calls mean is told by the second alone, so that wrong code cannot talk itself out of
/// it.
struct ProofOfSets {
  GuestCpu Cpu;
  GuestLayout Layout;
  HoleNames Names;
  JudgeContext Context;
  Prototypes Functions;                  ///< of the symbols, as far as one of the sets tells
  const StencilGroup *Shim = nullptr;    ///< of the second set: called by C
  std::vector<SavedWord> Saves;          ///< that one of the sets uses as such
  std::vector<StencilCode> CodeA, CodeB; ///< in pairs
  std::vector<MicroOpProof> Proofs;      ///< of each pair
  std::vector<Unpaired> Alone;

  size_t count(Verdict V) const;
  Coverage coverage(bool OfA) const; ///< of all; without Unseen
};

/// Reads both sets, so that their micro-ops can be run; Proofs stays empty. initializeBackend() must have
/// been called. Errors: the sets are for different targets; the target cannot be emulated.
llvm::Expected<std::unique_ptr<ProofOfSets>> pairSets(const InspectedSet &A, const InspectedSet &B);

/// Runs the pair of micro-ops number \p Index.
MicroOpProof provePair(const ProofOfSets &Pair, size_t Index, Emulator &Machine, const ProveOptions &Options);

/// Runs the micro-ops that both sets have, and keeps those pairs that were run. Both sets must be whole, so
/// that states do not depend on what is chosen. Errors: those of pairSets and matchNames.
llvm::Expected<std::unique_ptr<ProofOfSets>> proveSets(const InspectedSet &A, const InspectedSet &B,
                                                       const ProveOptions &Options);

} // namespace stencilgen::prove

#endif
