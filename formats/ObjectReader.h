// Object file bytes to ObjectImage, whatever the format.
#ifndef STENCILGEN_FORMATS_OBJECTREADER_H
#define STENCILGEN_FORMATS_OBJECTREADER_H

#include "ObjectImage.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace stencilgen {

/// Reads a relocatable object file.
/// \param Object  the file's bytes; its identifier is not used
/// Errors, as text without the file's name: not an object file, a format or architecture that is not
/// supported, a damaged file, a section or relocation that a stencil cannot represent (with section, offset
/// and name). Any bytes are safe.
llvm::Expected<ObjectImage> readObject(llvm::MemoryBufferRef Object);

} // namespace stencilgen

#endif
