// What makes an interpreter's stencils fast, beyond what Clang finds by itself: facts of its own, each with
// the reason why it holds.
#ifndef STENCILGEN_INTERPRETERS_OPTIMIZEPROFILE_H
#define STENCILGEN_INTERPRETERS_OPTIMIZEPROFILE_H

#include "FixupKinds.h"
#include "support/Json.h"
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// The bits that a hole value has, by its name.
using ValueWidths = std::map<std::string, unsigned>;

/// Memory that accesses of a stencil go to: those that meet everything that is said here.
struct MemoryRegion {
  std::string Name;
  std::optional<unsigned> Parameter; ///< its address is made from this parameter of the stencil's function
  std::string Record, Member;        ///< at this member of a record that is there; empty: anywhere
  bool Behind = false;               ///< from the member on, and at what is no constant distance
  std::string LoadedFrom;            ///< or from an address that was read in this region; empty: no such
  bool Narrow = false; ///< 32-bit numbers and doubles, which are at no address made from a region's parameter
};

/// Two regions that have no byte in common.
struct ApartFact {
  std::string First, Second;
  std::string Why;
};

/// A region of one word in which stencils save a value for what they call (SaveSlot).
struct SaveFact {
  std::string Region;
  std::string Why;
};

struct OptimizeProfile {
  bool IsEnabled = false;
  ValueWidths Operands;                 ///< hole values that are numbers, and how many bits they have
  std::vector<std::string> ColdTargets; ///< hole values: jumps there are rare
  std::vector<std::string> ColdCalls;   ///< functions: calls are rare where a branch decides
  std::vector<MemoryRegion> Regions;
  std::vector<ApartFact> Apart;
  std::vector<SaveFact> Saves;
  /// For kinds that the JIT compiler has no function for: one that it has, or one the header defines.
  std::map<FixupKind, std::string> PatchFunctions;
};

/// Reads it. Errors are recorded in its document.
OptimizeProfile readOptimizeProfile(JsonObject Object);

/// The member \p Key of \p Object: bits by the names of hole values. Errors are recorded in its document.
ValueWidths readWidths(JsonObject Object, llvm::StringRef Key);

} // namespace stencilgen

#endif
