// The symbols of a built interpreter, which its stencils may use.
#ifndef STENCILGEN_INSPECT_BINARYSYMBOLS_H
#define STENCILGEN_INSPECT_BINARYSYMBOLS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// The names of the symbols that a program, shared library, object file or static library of ELF, Mach-O or
/// COFF has or imports, as C spells them.
/// Errors: the file cannot be read, is no such file, or has no symbols (it was stripped).
llvm::Expected<llvm::StringSet<>> symbolsOfBinary(llvm::StringRef Path);

} // namespace stencilgen

#endif
