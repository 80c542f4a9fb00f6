// Object files to the stencils of a set.
#ifndef STENCILGEN_PIPELINE_SETBUILDER_H
#define STENCILGEN_PIPELINE_SETBUILDER_H

#include "arch/MachineCode.h"
#include "pipeline/TargetPlan.h"

namespace stencilgen {

/// Adds to \p Set the stencils of the objects in \p Compiled, sorted by name, and of the shim where it is
/// one.
/// \p AllCases are the cases the objects were compiled from, in the same order; \p Machine decodes the
/// target's code. Errors, each with its micro-op: those of readObject and buildStencilGroup; code that
/// touches a reserved frame pointer.
llvm::Error addStencils(StencilSet &Set, const TargetPlan &Plan, const CompileOutput &Compiled,
                        const Cases &AllCases, const MachineCode &Machine);

} // namespace stencilgen

#endif
