// The stages one after another. The only room that knows them all.
#ifndef STENCILGEN_PIPELINE_PIPELINE_H
#define STENCILGEN_PIPELINE_PIPELINE_H

#include "interpreters/Profile.h"
#include "pipeline/Options.h"
#include "pipeline/TargetBuild.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen {

/// The products that printStage knows, in the order they are made.
enum class Stage { Cases, Unit };

/// Prints the product of a stage: the micro-ops' C text, or the one C text that is compiled. Writes no file.
/// Errors: those of the stages up to it.
llvm::Error printStage(const Profile &Interpreter, const PipelineOptions &Options, Stage Which,
                       llvm::raw_ostream &OS);

/// Makes the files of the first triple and kind in memory, whatever an earlier run left. Writes nothing.
/// Errors: those of the stages.
llvm::Expected<TargetFiles> makeInMemory(const Profile &Interpreter, const PipelineOptions &Options);

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
