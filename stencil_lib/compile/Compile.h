// All micro-ops of an interpreter to object files: the whole stage.
#ifndef STENCILGEN_COMPILE_COMPILE_H
#define STENCILGEN_COMPILE_COMPILE_H

#include "compile/Backend.h"
#include "compile/Frontend.h"
#include "lower/Cases.h"
#include "support/Prototype.h"
#include "support/SaveSlot.h"
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// A C file and its text.
struct SourceFile {
  std::string File; ///< where it is, for diagnostics and includes
  std::string Text;
};

struct CompileInput {
  SourceFile Template;
  std::optional<SourceFile> Shim; ///< compiled as it is
  TemplateNames Names;
  CompileOptions Options;
  std::vector<std::string> ShimArguments; ///< for the shim in place of Options.Arguments
  uint64_t MaxDataAlignment = 1 << 12;    ///< bytes, a power of two: what the micro-ops' own data can have
  unsigned Threads = 1;
};

/// The object file of one micro-op, or of the shim.
struct CompiledObject {
  std::string Name;
  ObjectBytes Bytes;
};

struct CompileOutput {
  std::optional<CompiledObject> Shim;
  std::vector<CompiledObject> MicroOps; ///< in the order of the cases
  std::vector<std::string> Includes;    ///< paths of all files read but template and shim, sorted, each once
  RecordLayouts Layouts;                ///< of the records that the micro-ops address
  std::vector<SaveSlot> Saves;          ///< the slots that the micro-ops use as such
  Prototypes Functions;                 ///< of those that the text declares
  std::string Warnings;
};

/// Told how many of how many objects are done, from any thread, one call at a time.
using ProgressFunction = std::function<void(size_t Done, size_t Total)>;

/// Parses once, then optimises and emits each micro-op alone on Input.Threads threads. The result does not
/// depend on the number of threads. initializeBackend() must have been called. Errors: those of
/// makeTranslationUnit, parseUnit and Backend, the last with the name of the micro-op.
llvm::Expected<CompileOutput> compileMicroOps(const CompileInput &Input, const Cases &AllCases,
                                              const ProgressFunction &Progress);

} // namespace stencilgen

#endif
