// Single micro-ops at any stage of the pipeline, for `stencilgen dump --stage`.
#ifndef STENCILGEN_PIPELINE_MICROOPSTAGE_H
#define STENCILGEN_PIPELINE_MICROOPSTAGE_H

#include "interpreters/Profile.h"
#include "pipeline/Options.h"

namespace stencilgen {

/// What a micro-op is, in the order it becomes that: its definition's syntax tree, its C, LLVM's IR before
/// and after optimisation, assembly, the object file.
enum class MicroOpStage : uint8_t { Ast, Cases, IR, OptimizedIR, Assembly, Object };

/// The micro-ops \p Names ("shim": the shim) of the interpreter at a stage, for the target
/// Options.Triples[0]. Returns for each its text, or for Object the bytes. initializeBackend() must have been
/// called. Errors: no such micro-op; a stage that it does not have (the shim has no definition); those of the
/// stages up to it.
llvm::Expected<std::vector<std::string>> microOpsAtStage(const Profile &Interpreter,
                                                         const PipelineOptions &Options,
                                                         llvm::ArrayRef<std::string> Names,
                                                         MicroOpStage Stage);

} // namespace stencilgen

#endif
