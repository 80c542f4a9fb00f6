// LLVM IR of one micro-op to its object file, on a worker thread.
#ifndef STENCILGEN_COMPILE_BACKEND_H
#define STENCILGEN_COMPILE_BACKEND_H

#include "compile/ClangInstance.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// Makes LLVM's targets, assembly parsers and disassemblers known, and failures of the back end errors instead of exits. Call
/// once, before any other function of this room.
void initializeBackend();

/// Optimises a module and makes its object file, with the pipeline and the library information of clang itself for the
/// invocation's options. Safe to call from several threads.
/// \param Bitcode   the module, as extractMicroOp made it
/// \param Warnings  receives what Clang says that is no error
/// Errors: bitcode that cannot be read, an error diagnostic of the back end, a fatal one (which would end clang).
llvm::Expected<llvm::SmallVector<char, 0>> compileModule(const clang::CompilerInvocation &Invocation,
                                                         llvm::StringRef Bitcode, std::string &Warnings);

} // namespace stencilgen

#endif
