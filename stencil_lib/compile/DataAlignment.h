// Telling the compiler how little alignment a stencil's data has.
#ifndef STENCILGEN_COMPILE_DATAALIGNMENT_H
#define STENCILGEN_COMPILE_DATAALIGNMENT_H

#include "llvm/IR/Module.h"

namespace stencilgen {

/// Lowers the alignment of every variable that \p M defines, and of all that reads or writes one, to at most
/// \p Max bytes (a power of two). C's ABIs align large arrays to 16 bytes for the sake of vector
/// instructions, and a JIT that places data at multiples of 8 would break what is compiled to rely on that.
/// Alignments above 16 bytes, which no ABI gives unasked, stay.
void capDataAlignment(llvm::Module &M, uint64_t Max);

} // namespace stencilgen

#endif
