// A proof for people and, as JSON, for programs.
#ifndef STENCILGEN_PROVE_PROOFTEXT_H
#define STENCILGEN_PROVE_PROOFTEXT_H

#include "nlohmann/json.hpp"
#include "prove/Prove.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen::prove {

/// \param Listings  show the ways through both stencils, side by side, for each micro-op that differs
/// \param Width     columns of the terminal
void printProof(const ProofOfSets &Proof, const ProveOptions &Options, bool Listings, unsigned Width,
                llvm::raw_ostream &OS);

nlohmann::ordered_json proofJson(const ProofOfSets &Proof, const ProveOptions &Options);

} // namespace stencilgen::prove

#endif
