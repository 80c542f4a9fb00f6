// Whether a stencil leaves the stack pointer where it found it.
#ifndef STENCILGEN_INSPECT_STACKDEPTH_H
#define STENCILGEN_INSPECT_STACKDEPTH_H

#include "inspect/DecodedCode.h"
#include "llvm/TargetParser/Triple.h"

namespace stencilgen {

/// What is wrong with how \p Code uses the stack, none where nothing is, or where it cannot be told: another
/// architecture than x86-64 and AArch64, or a stack pointer that is computed in ways other than pushing,
/// popping, adding and subtracting.
std::optional<std::string> stackProblem(const StencilGroup &Group, const DecodedCode &Code,
                                        const Disassembler &Decoder, const llvm::Triple &Target);

} // namespace stencilgen

#endif
