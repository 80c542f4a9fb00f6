// What a compiler cannot know of code that is going to be laid out end to end: that the way to the next
// stencil is the hot one, and that it begins where this code ends.
#ifndef STENCILGEN_STENCIL_LAYOUTOPTIMIZER_H
#define STENCILGEN_STENCIL_LAYOUTOPTIMIZER_H

#include "ObjectImage.h"
#include "arch/MachineCode.h"
#include "stencil/StencilRules.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// Takes the code of \p Image apart into basic blocks and lays it out anew:
///
///     je  HOT                 jne COLD
///     jmp COLD                jmp HOT        HOT reaches the end of the code, COLD does not
///
/// jumps to the next instruction go, branches to jumps go where the jump goes, unreachable blocks go, and
/// branches to the profile's continue label become branches to the end of the code. Branches take their short
/// form where it reaches. The target's small constants become immediate operands (AArch64: movz, movk in
/// place of a load from a data slot). The order of the blocks stays.
///
/// Code that cannot be taken apart stays as it is: more than one section of code, bytes that are no
/// instruction, an address of code that is made from the program counter (a jump table's).
void optimizeLayout(ObjectImage &Image, const StencilRules &Rules, const MachineCode &Machine);

} // namespace stencilgen

#endif
