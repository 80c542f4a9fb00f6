// What the stages from object image to stencil need to know of an interpreter and a target.
#ifndef STENCILGEN_STENCIL_STENCILRULES_H
#define STENCILGEN_STENCIL_STENCILRULES_H

#include "ObjectImage.h"
#include "interpreters/HeaderForm.h"
#include "interpreters/HoleProfile.h"
#include "interpreters/LayoutProfile.h"
#include "interpreters/OptimizeProfile.h"

namespace stencilgen {

/// Parts of a profile, which must outlive it.
struct StencilRules {
  std::string Entry; ///< the function that becomes the stencil
  const HoleProfile &Holes;
  const LayoutProfile &Layout;
  const HeaderForm &Header;
  const ValueWidths *Widths = nullptr; ///< of what derived holes are made of; null: there are no such holes
};

/// The symbol's name in C.
inline llvm::StringRef nameInC(const ImageSymbol &Symbol, const StencilRules &Rules) {
  llvm::StringRef Name = Symbol.Name;
  if (!Symbol.IsSectionSymbol)
    Name.consume_front(Rules.Layout.SymbolPrefix);
  return Name;
}

/// What follows the prefixes in the name of a hole's symbol, empty for every other symbol.
inline llvm::StringRef holeName(const ImageSymbol &Symbol, const StencilRules &Rules) {
  llvm::StringRef Name = nameInC(Symbol, Rules);
  return !Symbol.IsSectionSymbol && Name.consume_front(Rules.Holes.Prefix) ? Name : "";
}

} // namespace stencilgen

#endif
