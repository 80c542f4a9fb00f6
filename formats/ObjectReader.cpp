// Detects the format and dispatches; knows nothing of what is inside.
#include "ObjectReader.h"
#include "ELF.h"
#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace stencilgen {

Expected<ObjectImage> readObject(MemoryBufferRef Object) {
  switch (identify_magic(Object.getBuffer())) {
  case file_magic::elf_relocatable:
    return readELF(Object);
  case file_magic::unknown:
    return createStringError(inconvertibleErrorCode(), "not an object file");
  default:
    return createStringError(inconvertibleErrorCode(),
                             "not a relocatable object file of a supported format (ELF)");
  }
}

} // namespace stencilgen
