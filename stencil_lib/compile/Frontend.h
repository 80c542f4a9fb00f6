// C text to LLVM IR with Clang, in this process and from memory.
#ifndef STENCILGEN_COMPILE_FRONTEND_H
#define STENCILGEN_COMPILE_FRONTEND_H

#include "compile/CallingConvention.h"
#include "compile/ClangInstance.h"
#include "compile/RecordLayouts.h"
#include "compile/TranslationUnit.h"
#include "optimize/Optimize.h"
#include "support/Diagnostic.h"
#include "sysheaders/SystemHeaders.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace stencilgen {

/// How a text is compiled: the arguments a user would give to clang, without input and output.
struct CompileOptions {
  std::string Triple;
  std::vector<std::string> Arguments;                         ///< "-O3", "-IInclude", ...
  std::vector<VirtualFile> Files;                             ///< that the text may include
  std::optional<StencilConvention> Convention = std::nullopt; ///< for stencils; none: as the C text says
  std::optional<OptimizeOptions> Optimize = std::nullopt; ///< for stencils; none: what Clang does is enough
  bool OneSwitch = false; ///< the template's switch is over a variable, see VariableOrder.h
};

/// Takes the variables out of this process's environment that add to Clang's arguments (CPATH, SDKROOT, ...).
/// To be called before there are threads.
void ignoreEnvironment();

/// Clang's own understanding of \p Options for compiling \p File: what `clang -c File` would pass to its
/// front end, less what it would write beside the object. Warnings are appended to \p Warnings. Errors:
/// arguments that Clang does not take, or that ask for more than one compilation.
llvm::Expected<InvocationPtr> makeInvocation(const CompileOptions &Options, llvm::StringRef File,
                                             llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
                                             std::string &Warnings);

/// Where the back end may find fault, by the number that a module has for the place (metadata srcloc): the
/// inline assembly of the text, as diagnostics without a message.
using SourcePlaces = std::map<uint64_t, Diagnostic>;

/// What parsing a text gives: its unoptimised module and what it read.
struct ParsedUnit {
  std::unique_ptr<llvm::LLVMContext> Context;
  std::unique_ptr<llvm::Module> Module;
  InvocationPtr Invocation;          ///< for the back end: the same options, passes enabled
  std::vector<std::string> Includes; ///< paths of the files read, as Clang opened them, sorted
  SourcePlaces Places;
  RecordLayouts Layouts; ///< of the records that the text's functions address
  std::string Warnings;  ///< Clang's, rendered
};

/// Parses \p Unit as if it stood in \p File (which need not exist). \p Names gives each range of the unit its
/// micro-op's name; a diagnostic in it gets a note that says so. Errors: Clang's diagnostics, rendered with
/// lines and carets, in one DiagnosticError; "no such file" for a template's include is one of them.
llvm::Expected<ParsedUnit> parseUnit(const CompileOptions &Options, llvm::StringRef File,
                                     const TranslationUnit &Unit, llvm::ArrayRef<std::string> Names);

} // namespace stencilgen

#endif
