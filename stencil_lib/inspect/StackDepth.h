// Whether a stencil leaves the stack pointer where it found it.
#ifndef STENCILGEN_INSPECT_STACKDEPTH_H
#define STENCILGEN_INSPECT_STACKDEPTH_H

#include "inspect/DecodedCode.h"

namespace stencilgen {

/// What is wrong with how \p Code uses the stack, none where nothing is, or where it cannot be told: an
/// architecture that does not say how its instructions move the stack pointer, or a stack pointer that is
/// computed in ways other than pushing, popping, adding and subtracting.
std::optional<std::string> stackProblem(const StencilGroup &Group, const DecodedCode &Code,
                                        const Disassembler &Decoder);

} // namespace stencilgen

#endif
