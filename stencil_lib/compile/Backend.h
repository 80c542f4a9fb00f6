// LLVM IR of one micro-op to its object file.
#ifndef STENCILGEN_COMPILE_BACKEND_H
#define STENCILGEN_COMPILE_BACKEND_H

#include "compile/ClangDiagnostics.h"
#include "compile/ClangInstance.h"
#include "compile/Frontend.h"
#include "optimize/Optimize.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// The bytes of an object file.
using ObjectBytes = llvm::SmallVector<char, 0>;

/// Makes LLVM's targets, assembly parsers and disassemblers known, and failures of the back end errors
/// instead of exits. Call once, before any other function of this room.
void initializeBackend();

/// Clang's back end, for one thread and the modules of one context.
class Backend {
public:
  /// Ready to compile modules of \p Context, which must outlive it. \p Places, which must outlive it too,
  /// gives errors in inline assembly their place. With \p Convention a module is optimised, given the
  /// convention and optimised again: as C has no word for it, that is where Tools/jit of CPython 3.13 sets
  /// it, too. With \p Optimize it is prepared as optimize/Optimize.h says and optimised again; both must
  /// outlive this, as must \p Layouts. Errors: Clang does not know the target.
  static llvm::Expected<std::unique_ptr<Backend>>
  create(const clang::CompilerInvocation &Invocation, const SourcePlaces &Places, llvm::LLVMContext &Context,
         const std::optional<StencilConvention> &Convention, const OptimizeOptions *Optimize = nullptr,
         llvm::ArrayRef<RecordLayout> Layouts = {});

  /// Optimises a module and makes its object file, or another form of it, with the pipeline and the library
  /// information of clang itself. \p M is used up. \p Warnings receives what Clang and LLVM say that is no
  /// error. Errors: an error diagnostic; a failure that would have ended clang, after which isBroken() holds.
  llvm::Expected<ObjectBytes> compile(llvm::Module &M, std::string &Warnings,
                                      EmitForm Form = EmitForm::Object);

  /// True after a failure that left LLVM's data structures half done: neither the context nor this may be
  /// used again, nor destroyed.
  bool isBroken() const { return Broken; }

private:
  explicit Backend(const clang::CompilerInvocation &Invocation);

  std::shared_ptr<clang::CompilerInvocation> Invocation;
  ClangDiagnostics Client;
  std::unique_ptr<clang::CompilerInstance> Instance;
  /// The clang way from a module to \p Object, twice where something is done in between.
  void emit(llvm::Module &M, EmitForm Form, ObjectBytes &Object);

  std::optional<StencilConvention> Convention;
  const OptimizeOptions *Optimize = nullptr;
  llvm::ArrayRef<RecordLayout> Layouts;
  std::vector<Diagnostic> LLVMErrors; ///< of the module under way
  std::string LLVMWarnings;           ///< likewise
  bool Broken = false;
};

} // namespace stencilgen

#endif
