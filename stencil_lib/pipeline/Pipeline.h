// The stages one after another. The only room that knows them all.
#ifndef STENCILGEN_PIPELINE_PIPELINE_H
#define STENCILGEN_PIPELINE_PIPELINE_H

#include "compile/Compile.h"
#include "interpreters/Profile.h"
#include "pipeline/Inputs.h"
#include "stencil/StencilSet.h"

namespace stencilgen {

/// One way of building the interpreter.
struct BuildKind {
  bool Debug = false;
  bool FreeThreaded = false; ///< without a global lock
};

/// Where the micro-ops' C comes from.
enum class MicroOpSource : uint8_t {
  Agreed,      ///< the definitions, where they give the tree's own cases; else those cases
  Definitions, ///< the definitions alone
  Cases,       ///< a file of cases alone
};

/// What to make of a source tree.
struct PipelineOptions {
  std::string Command;     ///< the subcommand, for the comment that says how a file was made
  std::string ProfileFile; ///< where the profile was read from; empty: it is part of this tool
  std::string SourceDir;
  /// Where the configuration header (pyconfig.h) is; empty: the target's own, in the profile.
  std::string ConfigurationDir;
  /// Where the target's system headers are (Clang's --sysroot); empty: as the profile says.
  std::string Sysroot;
  std::string OutputDir;
  MicroOpSource Source = MicroOpSource::Agreed;
  std::string CasesFile; ///< for MicroOpSource::Cases; empty: the profile's, in SourceDir
  std::vector<std::string> Triples;
  /// One: files have their usual names. More: names and conditions of the dispatcher tell them apart.
  std::vector<BuildKind> Kinds = std::vector<BuildKind>(1);
  std::vector<std::string> ExtraFlags; ///< for Clang, after all others
  bool Force = false;                  ///< make everything, changed or not
  bool WithDisassembly = false;        ///< in the manifest
  bool LayoutAsserts = true;           ///< in the header
  bool CfProtection = false; ///< mark where indirect jumps may land, for processors that check (CET, BTI)
  unsigned Threads = 1;
};

/// What the caller hears while the pipeline runs: from any thread, one call at a time.
struct PipelineEvents {
  std::function<void(llvm::StringRef Text)> Warning; ///< Clang's warnings, rendered
  std::function<void(llvm::StringRef Text)> Verbose; ///< what is done, one line each
  std::function<void(llvm::StringRef Triple, size_t Done, size_t Total)> Progress;
};

/// The products that printStage knows, in the order they are made.
enum class Stage { Cases, Unit };

/// Prints the product of a stage: the micro-ops' C text, or the one C text that is compiled. Writes no file.
/// Errors: those of the stages up to it.
llvm::Error printStage(const Profile &Interpreter, const PipelineOptions &Options, Stage Which,
                       llvm::raw_ostream &OS);

/// Where the inputs of the target Options.Triples[0] are. The target is one of \p Interpreter's.
InputRoots inputRootsFor(const Profile &Interpreter, const PipelineOptions &Options);

/// What Clang would be given for the target Options.Triples[0]: template, shim and arguments.
/// Errors: no such target; a file cannot be read.
llvm::Expected<CompileInput> compileInputFor(const Profile &Interpreter, const PipelineOptions &Options);

/// The manifests that runPipeline makes, as files of the output directory.
std::vector<std::string> manifestNames(const Profile &Interpreter, const PipelineOptions &Options);

/// The file of the output directory that an interpreter's build includes.
std::string includedHeader(const Profile &Interpreter, const PipelineOptions &Options);

/// Writes a rule for make, ninja and CMake (Clang's -MD form): includedHeader() depends on all files that its
/// stencils were made from, but those that are part of this tool. Reads them from the manifests that
/// runPipeline made with the same options.
/// Errors: a manifest cannot be read; \p File cannot be written.
llvm::Error writeDepfile(const Profile &Interpreter, const PipelineOptions &Options, llvm::StringRef File);

/// Makes the header and the manifest of each triple, and the dispatcher; several triples at the same time
/// when there are threads for it. Files that would not change are not touched; none is when anything fails.
/// Errors: those of the stages.
llvm::Error runPipeline(const Profile &Interpreter, const PipelineOptions &Options,
                        const PipelineEvents &Events);

} // namespace stencilgen

#endif
