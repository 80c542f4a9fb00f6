// Single micro-ops on their way through Clang and LLVM, for people who want to see what becomes of
// them.
#ifndef STENCILGEN_COMPILE_ONEMICROOP_H
#define STENCILGEN_COMPILE_ONEMICROOP_H

#include "compile/Compile.h"

namespace stencilgen {

/// What a micro-op is on its way from C to an object file.
enum class CompileStage : uint8_t { IR, OptimizedIR, Assembly, Object };

/// Compiles micro-ops as compileMicroOps does, and stops at a stage. Values keep their names.
/// \param Indexes  of the micro-ops in \p AllCases
/// Returns for each its text, or the bytes of its object file. initializeBackend() must have been called.
/// Errors: those of compileMicroOps.
llvm::Expected<std::vector<std::string>> compileToStage(const CompileInput &Input, const Cases &AllCases,
                                                        llvm::ArrayRef<size_t> Indexes, CompileStage Stage);

/// The same with the shim, Input.Shim, which must be there.
llvm::Expected<std::string> compileShimToStage(const CompileInput &Input, CompileStage Stage);

} // namespace stencilgen

#endif
