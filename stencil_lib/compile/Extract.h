// One micro-op out of the module of all micro-ops: what a translation unit of its own would have had.
#ifndef STENCILGEN_COMPILE_EXTRACT_H
#define STENCILGEN_COMPILE_EXTRACT_H

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Module.h"
#include <memory>

namespace stencilgen {

/// Copies from \p All the function \p EntryInAll, everything it reaches, and every definition that a file of
/// its own would keep even unused (external linkage), into a module of the same context.
///
/// The optimiser and the order of functions and constants in the object file depend on the order in which
/// Clang made them, so globals are made in the order of first use, each followed by what it uses in turn
/// (CodeGenModule.cpp, EmitDeferred). Linkage is kept: an internal function that was inlined everywhere
/// disappears.
/// \param AllEntries  the functions of all micro-ops; those other than EntryInAll are left out
/// \param Entry       the function's name in the copy, and in its __func__
std::unique_ptr<llvm::Module> extractMicroOp(llvm::Module &All, llvm::StringRef EntryInAll,
                                             const llvm::StringSet<> &AllEntries, llvm::StringRef Entry);

} // namespace stencilgen

#endif
