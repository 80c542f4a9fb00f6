// One micro-op on its way through Clang and LLVM, for people who want to see what became of it.
#ifndef STENCILGEN_COMPILE_ONEMICROOP_H
#define STENCILGEN_COMPILE_ONEMICROOP_H

#include "compile/Compile.h"

namespace stencilgen {

/// What a micro-op is on its way from C to an object file.
enum class CompileStage : uint8_t { IR, OptimizedIR, Assembly, Object };

/// Compiles one micro-op as compileMicroOps does, and stops at a stage. Values keep their names.
/// \param Index  of the micro-op in \p AllCases; none: Input.Shim, which must be there
/// Returns text, or the bytes of the object file. initializeBackend() must have been called.
/// Errors: those of compileMicroOps.
llvm::Expected<std::string> compileToStage(const CompileInput &Input, const Cases &AllCases,
                                           std::optional<size_t> Index, CompileStage Stage);

} // namespace stencilgen

#endif
