// Is what an earlier run left what this run would make?
#ifndef STENCILGEN_PIPELINE_FRESHNESS_H
#define STENCILGEN_PIPELINE_FRESHNESS_H

#include "pipeline/TargetPlan.h"

namespace stencilgen {

/// The digest of the set that the files of \p Plan are, where they are there, whole (each has the digest that
/// the manifest records) and made by this tool from the inputs of this run as they are now. None: they must
/// be made.
std::optional<std::string> currentDigest(const TargetPlan &Plan);

} // namespace stencilgen

#endif
