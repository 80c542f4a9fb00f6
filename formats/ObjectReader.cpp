// Detects the format and dispatches; knows nothing of what is inside.
#include "ObjectReader.h"
#include "ELF.h"
#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace stencilgen {

/// What a file that is no relocatable ELF file is, with its article.
static StringRef kindOf(file_magic Magic) {
  switch (Magic) {
  case file_magic::elf_executable:
    return "an ELF executable";
  case file_magic::elf_shared_object:
    return "an ELF shared library";
  case file_magic::archive:
    return "an archive";
  case file_magic::bitcode:
    return "LLVM bitcode";
  case file_magic::coff_object:
    return "a COFF file";
  case file_magic::macho_object:
    return "a Mach-O file";
  default:
    return "a file of another kind";
  }
}

Expected<ObjectImage> readObject(MemoryBufferRef Object) {
  switch (file_magic Magic = identify_magic(Object.getBuffer())) {
  case file_magic::elf_relocatable:
    return readELF(Object);
  case file_magic::unknown:
    return createStringError(inconvertibleErrorCode(), "not an object file");
  default:
    return createStringError(inconvertibleErrorCode(),
                             "expected a relocatable object file of a supported format (ELF), found " +
                                 kindOf(Magic));
  }
}

} // namespace stencilgen
