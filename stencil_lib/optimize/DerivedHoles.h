// Arithmetic on what the JIT knows when it patches, taken out of the code: derived holes.
#ifndef STENCILGEN_OPTIMIZE_DERIVEDHOLES_H
#define STENCILGEN_OPTIMIZE_DERIVEDHOLES_H

#include "stencil/HoleExpression.h"
#include "llvm/IR/Module.h"
#include <string>

namespace stencilgen {

/// Finds in the optimised module \p M every maximal expression over numbers and the addresses of the symbols
/// \p Prefix + NAME, for each NAME of \p Operands, and replaces it by one new symbol, whose address is the
/// expression's value (DerivedMark). Operands are numbers of so many bits. An expression of 32 bits at most,
/// signed or not, gets its range as metadata (!absolute_symbol), by which LLVM chooses the encoding; a wider
/// one stays a value of 64 bits. What leads to memory by itself stays as it is: LLVM takes two symbols for
/// two objects.
///
/// The new symbols are extern_weak: of other symbols LLVM's constant folder knows that they are not null,
/// whatever their range (llvm/lib/IR/ConstantFold.cpp, and `or disjoint` of their alignment). Their type is
/// an array of no bytes, of which nothing is assumed either.
/// \returns true where anything was replaced
bool deriveHoles(llvm::Module &M, llvm::StringRef Prefix, const ValueWidths &Operands);

/// Gives the x86-64 module \p M the small code model, in which symbols are displacements and immediates of 32
/// bits, and keeps all of its symbols but the derived ones of 32 bits out of such operands: they have any
/// address of 64 bits.
void useSmallCodeModel(llvm::Module &M);

} // namespace stencilgen

#endif
