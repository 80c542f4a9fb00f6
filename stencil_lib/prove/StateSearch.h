// Looks for states that lead a micro-op's stencils everywhere: from what runs read, compared and stumbled
// over to the states that are tried next.
#ifndef STENCILGEN_PROVE_STATESEARCH_H
#define STENCILGEN_PROVE_STATESEARCH_H

#include "prove/BranchTable.h"
#include "prove/Solver.h"
#include "llvm/ADT/DenseSet.h"
#include <deque>
#include <functional>
#include <map>

namespace stencilgen::prove {

/// What is known of a micro-op before any run.
struct SearchContext {
  uint64_t Seed;
  const GuestLayout *Layout;
  const HoleNames *Names;
  const std::vector<uint64_t> *Pool;
  /// Fills the holes in another way. False: a value does not fit.
  std::function<bool(State)> AddHoles;
  std::vector<State> Holes; ///< the ways to fill holes so far; State::Holes is an index
};

class StateSearch {
public:
  StateSearch(const StencilCode &A, const StencilCode &B, const SearchContext &Context)
      : Context(Context), Branches{BranchTable(A), BranchTable(B)} {}

  /// The state that is tried as number \p Number. None: it was tried before.
  std::optional<State> next(unsigned Number);

  /// True while there are branches to be seen and states that may show them.
  bool wantsMore() const;

  /// Learns from the runs of both from \p S. \param IsCompared  they could be compared to their end
  void learn(const State &S, const Behaviour &A, const Behaviour &B, bool IsCompared);

  Coverage coverage(bool OfA) const { return Branches[!OfA].coverage(); }

private:
  /// States that may turn a comparison around.
  struct Queue {
    std::deque<State> States;
    unsigned Tries = 0, Proposed = 0;
  };
  /// A state that showed something new.
  struct Known {
    State From;
    std::vector<Input> Inputs;
    std::vector<Plant> Plants;
    std::vector<std::pair<bool, size_t>> Shown; ///< of A, line: branches with a side that was new
  };

  State choose(unsigned Number);
  std::optional<State> nextCandidate();
  std::optional<State> nextRepair();
  State changed(uint64_t Random) const;
  State changedOnce(const Known &Parent, State Next, uint64_t Random) const;
  const Known &parent(uint64_t Random) const;
  void learnFrom(const State &S, const Behaviour &Run, bool IsOfA, Known *Entry);
  void guess(const State &S, const Behaviour &Run, const Observation &Seen, Queue &To);
  void fillOtherwise(const State &S, Queue &To);
  void propose(const State &S, const Plant &P, Queue &To);
  void repair(const State &S, const Behaviour &Run);
  void vary(const State &S, const Behaviour &Run);
  Plant inPlace(const State &S, const Input &I, uint64_t Value) const;
  void varyNumbers(const State &S);
  void varyOutcomes(const State &S, const Behaviour &Run);
  void varySelections(const State &S, const Behaviour &Run);
  void varyPointers(const State &S, const Behaviour &Run);
  void varyComparisons(const State &S, const Behaviour &Run, bool IsOfA);

  const SearchContext &Context;
  BranchTable Branches[2];                             ///< of A, of B
  std::map<std::pair<bool, size_t>, Queue> Candidates; ///< by: of B, line of the comparison
  std::deque<State> Repairs;
  std::deque<State> Variations;                       ///< of states that showed something new
  llvm::DenseSet<std::pair<unsigned, size_t>> Varied; ///< comparisons, by: of B, line
  bool HasCompared = false;                           ///< some run could be compared
  std::vector<Known> Corpus;
  llvm::DenseSet<uint64_t> Done;
};

} // namespace stencilgen::prove

#endif
