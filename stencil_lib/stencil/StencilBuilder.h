// Object image to stencil group: sections laid out, fixups turned into holes, data slots made.
#ifndef STENCILGEN_STENCIL_STENCILBUILDER_H
#define STENCILGEN_STENCIL_STENCILBUILDER_H

#include "ObjectImage.h"
#include "stencil/StencilRules.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// Makes the stencils of one micro-op, laid out as CPython's Tools/jit/_stencils.py and _targets.py do:
/// sections in the order of the file without gaps, code apart from data; a trailing jump to the code that
/// follows is dropped; code filled up with nops to the target's alignment, data with zeros to a whole
/// address; then a data slot for each symbol used through one, in the order of first use (where the profile
/// has slots that belong to a trace, only for hole values: the holes of other symbols keep their kind and
/// symbol).
/// \param Name   the micro-op's
/// Errors, which do not name the micro-op:
/// data that can be written (a static variable); no code; the entry not at offset 0; a section that needs
/// more alignment than the JIT gives; a hole symbol that the profile does not know (suggests the nearest); a
/// symbol that is neither a hole value, nor defined in the object, nor a C identifier.
llvm::Expected<StencilGroup> buildStencilGroup(llvm::StringRef Name, const ObjectImage &Image,
                                               const StencilRules &Rules);

} // namespace stencilgen

#endif
