// Where a run's micro-ops come from: the interpreter's definitions, or a file of generated cases.
#ifndef STENCILGEN_PIPELINE_MICROOPS_H
#define STENCILGEN_PIPELINE_MICROOPS_H

#include "interpreters/Profile.h"
#include "lower/Cases.h"
#include "pipeline/Options.h"

namespace stencilgen {

/// The micro-ops and the files that decided them.
struct MicroOps {
  Cases All;
  std::vector<std::string> Files;
  std::string Note;    ///< one line, not empty: the tree's cases are used and not its definitions, and why
  std::string Details; ///< lines that show more of that; may be empty
};

/// The files of definitions that a run reads; none where the cases alone decide.
std::vector<std::string> definitionFiles(const Profile &Interpreter, const PipelineOptions &Options);

/// The files that decide the micro-ops. If the micro-ops come from elsewhere, at least one of the files
/// differs.
std::vector<std::string> microOpFiles(const Profile &Interpreter, const PipelineOptions &Options);

/// Reads the micro-ops from where Options.Source says. If a tree has both definitions and generated cases and
/// the user did not choose, the definitions are the source as long as they give exactly these cases. If they
/// give others, or cannot be lowered, the tree's cases are the source: its own scripts compile them. What the
/// definitions say of a micro-op (CaseInfo) is kept if both have a micro-op of that name. Errors: a file
/// cannot be read; those of readCases and, where the definitions are the only source, of lowerTier2.
llvm::Expected<MicroOps> loadMicroOps(const Profile &Interpreter, const PipelineOptions &Options);

} // namespace stencilgen

#endif
