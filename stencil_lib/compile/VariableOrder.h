// The order of variables in a function that is one case of a switch over all micro-ops.
#ifndef STENCILGEN_COMPILE_VARIABLEORDER_H
#define STENCILGEN_COMPILE_VARIABLEORDER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"
#include <string>
#include <vector>

namespace stencilgen {

/// In a template whose switch is over a variable, Clang makes the variables of all cases each time, and LLVM
/// drops the other cases only after it has put variables into registers. That step
/// (PromoteMemoryToRegister.cpp, PromoteMem2Reg::run) starts at the list's end and replaces each variable
/// that needs no phi by the list's first: all but the last ones are reached from the front. So which of two
/// variables gets its phi first, and with it the order of instructions, depends on how many variables the
/// other cases have.
class VariableOrder {
public:
  /// \param All      the module of all micro-ops, not yet optimised
  /// \param Entries  their functions in the order of the switch
  VariableOrder(const llvm::Module &All, llvm::ArrayRef<std::string> Entries);

  /// Orders the variables of \p F, the function of \p Entries[Index], so that LLVM meets those that need phis
  /// in the order in which it would meet them in the whole switch.
  void apply(llvm::Function &F, size_t Index) const;

private:
  std::vector<bool> FromFront; ///< whether LLVM reaches the variables of this function from the list's front
};

} // namespace stencilgen

#endif
