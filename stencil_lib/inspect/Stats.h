// Numbers of stencil sets: totals and distributions, of one set or of several side by side.
#ifndef STENCILGEN_INSPECT_STATS_H
#define STENCILGEN_INSPECT_STATS_H

#include "inspect/SetReader.h"
#include "nlohmann/json.hpp"
#include "llvm/Support/raw_ostream.h"
#include <map>

namespace stencilgen {

/// How a number is distributed over the stencils.
struct Distribution {
  uint64_t Total = 0, Median = 0, Ninetieth = 0, Most = 0; ///< Ninetieth: nine of ten have at most this
};

/// The distribution of \p Numbers; all 0 where there are none.
Distribution distributionOf(std::vector<uint64_t> Numbers);

struct StencilSize {
  std::string Name;
  uint64_t Code, Data, Instructions;
};

struct SetStats {
  std::string Title;
  size_t Stencils = 0; ///< the shim among them
  Distribution Code, Data, Instructions, Holes, Calls, HotPath;
  size_t Continuing = 0; ///< stencils with a path to the code that follows
  std::map<std::string, uint64_t> HoleKinds;
  std::map<std::string, uint64_t> HoleValues; ///< and "symbol" for holes that a symbol alone fills
  uint64_t Trampolines = 0;                   ///< branches that may go through one
  size_t TrampolineSymbols = 0;               ///< that these go to
  size_t Symbols = 0;                         ///< of the interpreter
  std::vector<StencilSize> Biggest;           ///< by code, then by name
};

/// \param Biggest  how many stencils to name
SetStats statsOf(const InspectedSet &Set, size_t Biggest);

/// A table with a column for each set.
void printStats(llvm::ArrayRef<SetStats> Sets, llvm::raw_ostream &OS);

/// The same as JSON: an array with an object for each set.
nlohmann::ordered_json statsJson(llvm::ArrayRef<SetStats> Sets);

} // namespace stencilgen

#endif
