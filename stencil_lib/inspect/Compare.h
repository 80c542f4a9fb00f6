// What differs between two stencil sets: micro-ops added and removed, sizes, holes, instructions.
#ifndef STENCILGEN_INSPECT_COMPARE_H
#define STENCILGEN_INSPECT_COMPARE_H

#include "inspect/SetReader.h"
#include "nlohmann/json.hpp"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen {

enum class Change : uint8_t { Same, Changed, Added, Removed };

/// A row of two listings side by side, by the indexes of their lines; one side may be empty.
struct LinePair {
  std::optional<size_t> Old, New;
  bool Same = false;
};

/// The longest common subsequence of two lists, as rows: equal ones in one row, others on their side.
std::vector<LinePair> alignLines(llvm::ArrayRef<std::string> Old, llvm::ArrayRef<std::string> New);

/// One micro-op in both sets.
struct GroupChange {
  std::string Name;
  Change Kind;
  std::optional<size_t> Old, New; ///< index of the group in its set
  int64_t CodeDelta = 0, DataDelta = 0;
  size_t LinesRemoved = 0, LinesAdded = 0;
  std::vector<std::string> HolesRemoved, HolesAdded; ///< as text, in the order of the stencil
  bool DataChanged = false;                          ///< bytes or holes of the data
  std::vector<LinePair> Lines;
};

struct Comparison {
  const InspectedSet &Old, &New;
  std::vector<GroupChange> Groups; ///< the biggest change of code first, then by name; Same ones last
  size_t Same = 0, Changed = 0, Added = 0, Removed = 0;
  bool isSame() const { return Changed + Added + Removed == 0; }

  /// Drops the groups that no pattern matches (as for inspectFile); keeps all where there are none.
  /// Errors: a pattern that matches nothing, or is not a pattern.
  llvm::Error keepOnly(llvm::ArrayRef<std::string> Patterns);

  /// Counts the groups by their kind.
  void count();
};

/// Compares by name. Instructions are matched by their text with holes in place, whatever their offsets, so
/// that an insertion does not make everything behind it differ.
/// Two groups are the same when bytes and holes are; what else the files say plays no part.
Comparison compareSets(const InspectedSet &Old, const InspectedSet &New);

enum class CompareView : uint8_t { Summary, Unified, SideBySide };

/// Prints what differs, with a table of the changed micro-ops, and for the other views their code.
/// \param Width  columns of the terminal
void printComparison(const Comparison &Result, CompareView View, unsigned Width, llvm::raw_ostream &OS);

/// The same as JSON.
nlohmann::ordered_json comparisonJson(const Comparison &Result);

} // namespace stencilgen

#endif
