// Whether a stencil leaves the stack pointer where it found it.
#ifndef STENCILGEN_INSPECT_STACKDEPTH_H
#define STENCILGEN_INSPECT_STACKDEPTH_H

#include "inspect/DecodedCode.h"
#include <set>

namespace stencilgen {

/// The functions that may be taken for ones that do not return: behind every call of theirs in \p Codes the
/// code ends, only padding follows, or a place begins that a branch leads to as well.
std::set<std::string> mayNotReturn(const std::vector<DecodedCode> &Codes);

/// What is wrong with how \p Code uses the stack. None: nothing is wrong, or it is not known, because the
/// architecture does not say how its instructions move the stack pointer, or the stack pointer is computed in
/// other ways than by pushing, popping, adding and subtracting.
/// \param NoReturn  functions whose calls nothing follows
std::optional<std::string> stackProblem(const DecodedCode &Code, const Disassembler &Decoder,
                                        const std::set<std::string> &NoReturn);

} // namespace stencilgen

#endif
