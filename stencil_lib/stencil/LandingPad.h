// Stencils that no computed jump reaches need no instruction for one to land on.
#ifndef STENCILGEN_STENCIL_LANDINGPAD_H
#define STENCILGEN_STENCIL_LANDINGPAD_H

#include "ObjectImage.h"
#include "arch/Architecture.h"
#include "llvm/ADT/ArrayRef.h"

namespace stencilgen {

/// Takes \p Pad (endbr of x86, bti of AArch64) from the beginning of the code, where it stands there. All
/// that is said of places behind it moves up: fixups, symbols, addends that lead from a section's start,
/// later addresses. LLVM has no way to leave out this one and keep the rest of what -fcf-protection=branch or
/// -mbranch-protection=bti asks for, as tail jumps through x16 and x17 alone.
void dropLandingPad(ObjectImage &Image, llvm::ArrayRef<uint8_t> Pad, const Architecture &Arch);

} // namespace stencilgen

#endif
