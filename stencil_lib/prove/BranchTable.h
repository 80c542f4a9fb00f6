// Which sides of a stencil's branches were seen.
#ifndef STENCILGEN_PROVE_BRANCHTABLE_H
#define STENCILGEN_PROVE_BRANCHTABLE_H

#include "prove/Emulator.h"

namespace stencilgen::prove {

/// A side of a branch that no state led to.
struct UnseenSide {
  size_t Line;
  bool Taken; ///< the side where the branch is taken
};

/// What became of the stencil of one set. A side counts as seen in runs that could be compared to their end.
struct Coverage {
  size_t Sides = 0, Seen = 0;
  std::vector<UnseenSide> Unseen;
  std::vector<bool> Executed; ///< by line, likewise
};

class BranchTable {
public:
  explicit BranchTable(const StencilCode &Code);

  /// Takes note of a run. \param IsCompared  it could be compared to its end
  /// \returns the branches with a side that is new, by line; of a run that was compared: new to such
  std::vector<size_t> add(const Behaviour &Run, bool IsCompared);

  /// True for a run that takes a side which was not seen often enough.
  bool isRare(const Behaviour &Run) const;

  /// True where a side of the branch at \p Line was not seen often enough.
  bool isRare(size_t Line) const;

  /// True where the comparison at \p Line decides such a branch.
  bool isWanted(size_t Line) const;

  /// True where the comparison at \p Line decides no branch, but what an instruction does.
  bool isSelection(size_t Line) const { return Decides[Line].empty(); }

  /// Both sides of all branches were seen often enough.
  bool isComplete() const;

  Coverage coverage() const;

private:
  struct Sides {
    uint8_t Reached[2] = {}, Compared[2] = {}; ///< went on, taken: how often, up to Enough
  };
  static constexpr uint8_t Enough = 4;

  /// Calls \p See for each branch of a run: its line, and whether it was taken.
  void visit(const Behaviour &Run, llvm::function_ref<void(size_t, bool)> See) const;

  const StencilCode &Code;
  std::vector<bool> Executed;
  std::vector<Sides> Branches;                       ///< by line
  std::vector<llvm::SmallVector<size_t, 1>> Decides; ///< by line of a comparison: its branches
};

} // namespace stencilgen::prove

#endif
