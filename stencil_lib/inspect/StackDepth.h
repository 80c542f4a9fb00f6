// Whether a stencil leaves the stack pointer where it found it.
#ifndef STENCILGEN_INSPECT_STACKDEPTH_H
#define STENCILGEN_INSPECT_STACKDEPTH_H

#include "inspect/DecodedCode.h"

namespace stencilgen {

/// What is wrong with how \p Code uses the stack. None: nothing is wrong, or it is not known, because the
/// architecture does not say how its instructions move the stack pointer, or the stack pointer is computed in
/// other ways than by pushing, popping, adding and subtracting.
std::optional<std::string> stackProblem(const StencilGroup &Group, const DecodedCode &Code,
                                        const Disassembler &Decoder);

} // namespace stencilgen

#endif
