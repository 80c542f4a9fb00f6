// The C header that says how the frame of the machine code is unwound.
#ifndef STENCILGEN_EMIT_UNWINDHEADER_H
#define STENCILGEN_EMIT_UNWINDHEADER_H

#include "stencil/FrameChecks.h"
#include "stencil/StencilSet.h"
#include <string>

namespace stencilgen {

/// jit_unwind_info-<triple>.h: what Python/jit_unwind.c needs to describe the frame of the machine code.
/// \p Info  null where the target has no frame that stays the same
std::string unwindHeader(const StencilSet &Set, const UnwindInfo *Info);

} // namespace stencilgen

#endif
