// What differs between the Clang versions we link with: making an instance of the compiler, and running its
// back end.
#ifndef STENCILGEN_COMPILE_CLANGINSTANCE_H
#define STENCILGEN_COMPILE_CLANGINSTANCE_H

#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Frontend/CompilerInstance.h"
#include "llvm/ADT/IntrusiveRefCntPtr.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/VirtualFileSystem.h"
#include <functional>
#include <memory>

namespace stencilgen {

/// Clang's command line as cc1 sees it.
using InvocationPtr = std::shared_ptr<clang::CompilerInvocation>;

/// How Clang owns the options of its diagnostics.
#if LLVM_VERSION_MAJOR >= 21
using DiagnosticOptionsPtr = std::unique_ptr<clang::DiagnosticOptions>;
#else
using DiagnosticOptionsPtr = llvm::IntrusiveRefCntPtr<clang::DiagnosticOptions>;
#endif

/// A diagnostics engine for the driver, which runs before there is an instance.
/// \param Client  receives the diagnostics; not owned
llvm::IntrusiveRefCntPtr<clang::DiagnosticsEngine> makeDiagnostics(clang::DiagnosticOptions &Options,
                                                                   clang::DiagnosticConsumer &Client);

/// An instance with diagnostics, file manager and source manager, ready to run a front-end action or the back
/// end.
/// \param Files   what it reads
/// \param Client  receives the diagnostics; not owned
std::unique_ptr<clang::CompilerInstance> makeInstance(InvocationPtr Invocation,
                                                      llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                                                      clang::DiagnosticConsumer &Client);

/// Optimises \p M in place, as the next does first.
void optimise(clang::CompilerInstance &Instance, llvm::Module &M);

/// What Clang's back end can make of a module.
enum class EmitForm : uint8_t { Object, Assembly, OptimizedIR };

/// Optimises \p M and writes it in one of the forms to \p Out: Clang's own pipeline for the instance's
/// options (BackendUtil.cpp).
void emitModule(clang::CompilerInstance &Instance, llvm::Module &M, EmitForm Form,
                llvm::SmallVectorImpl<char> &Out);

/// Calls \p Last with each module that \p Instance optimises, behind Clang's own passes.
void addLastPass(clang::CompilerInstance &Instance, std::function<void(llvm::Module &)> Last);

} // namespace stencilgen

#endif
