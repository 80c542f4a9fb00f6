// Where a run's micro-ops come from: the interpreter's definitions, or a file of generated cases.
#ifndef STENCILGEN_PIPELINE_MICROOPS_H
#define STENCILGEN_PIPELINE_MICROOPS_H

#include "interpreters/Profile.h"
#include "lower/Cases.h"
#include "pipeline/Options.h"

namespace stencilgen {

/// The micro-ops and the files they were read from.
struct MicroOps {
  Cases All;
  std::vector<std::string> Files;
  std::string Warning; ///< not empty: the tree's generated cases are not what its definitions give
};

/// The files that decide the micro-ops, of which one at least is another when they come from elsewhere.
std::vector<std::string> microOpFiles(const Profile &Interpreter, const PipelineOptions &Options);

/// Reads the micro-ops: from Options.CasesFile where that is given, else from the profile's definitions, else
/// from its file of cases. Where a tree has both definitions and generated cases, a difference between them
/// is worth a warning: somebody changed one of them, or this tool lowers differently than the tree's own
/// scripts. Errors: a file cannot be read; those of readCases and lowerTier2.
llvm::Expected<MicroOps> loadMicroOps(const Profile &Interpreter, const PipelineOptions &Options);

} // namespace stencilgen

#endif
