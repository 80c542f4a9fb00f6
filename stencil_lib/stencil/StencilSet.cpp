// Questions about a set of stencils.
#include "stencil/StencilSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using namespace llvm;

namespace stencilgen {

bool isCIdentifier(StringRef Name) {
  return !Name.empty() && !isDigit(Name[0]) &&
         llvm::all_of(Name, [](char C) { return isAlnum(C) || C == '_'; });
}

std::vector<std::string> externalSymbols(const StencilSet &Set) {
  std::vector<std::string> Symbols;
  auto AddAll = [&](const StencilGroup &Group) {
    for (const Stencil *Part : {&Group.Code, &Group.Data})
      for (const Hole &H : Part->Holes)
        if (!H.Symbol.empty())
          Symbols.push_back(H.Symbol);
  };
  if (Set.Shim)
    AddAll(*Set.Shim);
  llvm::for_each(Set.Groups, AddAll);
  llvm::sort(Symbols);
  Symbols.erase(llvm::unique(Symbols), Symbols.end());
  return Symbols;
}

void keepUsedFunctions(StencilSet &Set) {
  std::vector<std::string> Used = externalSymbols(Set);
  std::erase_if(Set.Functions,
                [&](const auto &F) { return !std::binary_search(Used.begin(), Used.end(), F.first); });
}

} // namespace stencilgen
