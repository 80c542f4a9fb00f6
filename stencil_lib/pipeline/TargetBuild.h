// One target from micro-ops to the text of its files, in memory.
#ifndef STENCILGEN_PIPELINE_TARGETBUILD_H
#define STENCILGEN_PIPELINE_TARGETBUILD_H

#include "pipeline/MicroOps.h"
#include "pipeline/TargetPlan.h"

namespace stencilgen {

/// What is made for a target.
struct TargetFiles {
  StencilSet Set;
  std::string Manifest;
  std::vector<std::pair<std::string, std::string>>
      Others; ///< path and contents, in the order of TargetPlan::paths
};

/// Compiles \p Uops on \p Threads threads and makes the target's files. initializeBackend() must have been
/// called. Errors: those of compileMicroOps, addStencils and verifyStencils; an input cannot be read.
llvm::Expected<TargetFiles> buildTarget(const TargetPlan &Plan, const MicroOps &Uops, unsigned Threads,
                                        const PipelineEvents &Events);

} // namespace stencilgen

#endif
