// Loads of small constants as immediate operands.
#ifndef STENCILGEN_STENCIL_SMALLCONSTANTS_H
#define STENCILGEN_STENCIL_SMALLCONSTANTS_H

#include "stencil/CodeBlocks.h"
#include "stencil/StencilRules.h"

namespace stencilgen {

/// Makes immediate operands of loads of the small constants within each block.
///
///     adrp x8, :got:_JIT_X            movz x8, #0                  X & 0xffff
///     ldr  x8, [x8, :got_lo12:_JIT_X] movk x8, #0, lsl #16         X >> 16: values of 32 bits only
///     and  w8, w8, #0xffff            values of 16 bits: not needed
void foldSmallConstants(CodeBlocks &Code, const ObjectImage &Image, const StencilRules &Rules,
                        const MachineCode &Machine);

} // namespace stencilgen

#endif
