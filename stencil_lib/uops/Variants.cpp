// Variants by the depth of the register cache.
#include "uops/Variants.h"

using namespace llvm;

namespace stencilgen::uops {

bool hasLargeBody(const Uop &U, const LoweringProfile::StackRules &Rules) {
  return U.Facts->TokenCount > Rules.LargeBody;
}

/// Scalars from the top down to the first array, at most \p Limit.
static unsigned idealDepth(const std::vector<StackItem> &Items, unsigned Limit, bool &HasArray) {
  unsigned Depth = 0;
  for (size_t I = Items.size(); I-- != 0; ++Depth) {
    if (Items[I].isArray()) {
      HasArray = true;
      break;
    }
  }
  return std::min(Depth, Limit);
}

std::vector<Variant> cachedVariants(const Uop &U, const LoweringProfile::StackRules &Rules) {
  using Depths = LoweringProfile::StackRules::Depths;
  const unsigned Registers = Rules.CachedItems;
  std::vector<Variant> Result;
  if (auto Special = Rules.Special.find(U.Name); Special != Rules.Special.end()) {
    switch (Special->second) {
    case Depths::Convert:
      for (unsigned In = 0; In <= Registers; ++In)
        for (unsigned Out = 0; Out <= Registers; ++Out)
          if (In != Out)
            Result.push_back({In, Out, In});
      break;
    case Depths::Flush:
      for (unsigned In = 0; In <= Registers; ++In)
        Result.push_back({In, 0, 0});
      break;
    case Depths::None:
      Result.push_back({0, 0, 0});
      break;
    }
    return Result;
  }
  bool HasArray = false;
  unsigned IdealIn = idealDepth(U.Stack.Inputs, Registers, HasArray);
  unsigned IdealOut = idealDepth(U.Stack.Outputs, Registers, HasArray);
  bool ExitsAtEnd = U.Props.SyncsStack || U.Props.SideExitAtEnd;
  if (U.Props.Escapes || U.Props.SyncsStack || HasArray || hasLargeBody(U, Rules)) {
    Result.push_back({IdealIn, IdealOut, ExitsAtEnd ? IdealOut : IdealIn});
    return Result;
  }
  for (unsigned In = 0; In <= Registers; ++In) {
    unsigned Out = IdealOut + In > IdealIn ? IdealOut + In - IdealIn : 0;
    Out = std::max(Out, IdealOut);
    if (Out <= Registers)
      Result.push_back({In, Out, ExitsAtEnd ? Out : In});
  }
  return Result;
}

} // namespace stencilgen::uops
