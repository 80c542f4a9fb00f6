// Calling conventions that C has no name for.
#ifndef STENCILGEN_COMPILE_CALLINGCONVENTION_H
#define STENCILGEN_COMPILE_CALLINGCONVENTION_H

#include "llvm/IR/Module.h"
#include <memory>
#include <optional>
#include <string>

namespace stencilgen {

/// A convention for stencils that is set in LLVM's IR.
struct StencilConvention {
  std::optional<unsigned> Id;     ///< an llvm::CallingConv::ID; none: C's
  unsigned RegisterArguments = 0; ///< how many of the first arguments are in registers (regparm of i386's C)
  std::string Prefix;             ///< of the functions that have it: the hole symbols', as "_JIT_"
  bool IsOfDefinitions = true;    ///< not of what the module defines, when that is the shim
};

/// \p M, written as text and read again in its context, with the convention given to the functions whose
/// names have its prefix, to the calls of such names, and to every call that must
/// be a tail call, as those go from stencil to stencil. Tools/jit of CPython 3.13 replaces words in the text;
/// what the text does not hold (the order of a value's uses) decides some instructions' order, so it is left
/// out here, too.
std::unique_ptr<llvm::Module> withConvention(const llvm::Module &M, const StencilConvention &Convention);

} // namespace stencilgen

#endif
