// From a comparison that was seen to states in which it has another outcome.
//
// What a comparison looks at is mostly a value from outside as it was read, or with a few bits masked,
// shifted or added. Contents of memory look random, so where such a value came from is found by searching for
// it among everything that was read (the input-to-state correspondence of REDQUEEN: Aschermann, Schumilo,
// Blazytko, Gawlik, Holz, NDSS 2019).
#ifndef STENCILGEN_PROVE_SOLVER_H
#define STENCILGEN_PROVE_SOLVER_H

#include "prove/Emulator.h"

namespace stencilgen::prove {

/// Values that, planted where they say, may turn the comparison \p Seen of the run \p From around, likely
/// ones first.
/// \param Holes  the state that the run's holes were filled from
std::vector<Plant> solve(const Observation &Seen, const Behaviour &From, const State &S, const State &Holes,
                         const GuestLayout &Layout, const std::vector<uint64_t> &Pool,
                         const HoleNames &Names);

/// \p S with the plant, which takes the place of one at the same source.
State withPlant(State S, const Plant &P);

} // namespace stencilgen::prove

#endif
