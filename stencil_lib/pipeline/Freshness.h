// Is what an earlier run left what this run would make?
#ifndef STENCILGEN_PIPELINE_FRESHNESS_H
#define STENCILGEN_PIPELINE_FRESHNESS_H

#include "pipeline/TargetPlan.h"

namespace stencilgen {

/// The digest of the set that the files of \p Plan are, where they are there, whole (each has the digest that
/// the manifest records) and made by this tool from the inputs of this run as they are now. None: they must
/// be made.
std::optional<std::string> currentDigest(const TargetPlan &Plan);

/// What tells a file from one that was renamed into its place.
using FileIdentity = std::pair<llvm::sys::fs::UniqueID, llvm::sys::TimePoint<>>;

/// Those of the files of \p Plan and of its manifest, without reading them; of a file that is not there the
/// same as of no other.
std::vector<FileIdentity> identifyFiles(const TargetPlan &Plan);

} // namespace stencilgen

#endif
