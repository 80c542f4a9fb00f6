// An object image as text, for people and for the tests of formats/.
#ifndef STENCILGEN_EMIT_IMAGELISTING_H
#define STENCILGEN_EMIT_IMAGELISTING_H

#include "ObjectImage.h"
#include "llvm/Support/raw_ostream.h"

namespace stencilgen {

/// Prints every section with its kind, alignment, size, bytes and fixups, then every symbol, in the order of
/// the image.
void printImage(const ObjectImage &Image, llvm::raw_ostream &OS);

} // namespace stencilgen

#endif
