// Detects the format and dispatches; knows nothing of what is inside.
#include "ObjectReader.h"
#include "COFF.h"
#include "ELF.h"
#include "MachO.h"
#include "llvm/BinaryFormat/Magic.h"

using namespace llvm;

namespace stencilgen {

/// What a file that is no relocatable object file is, with its article.
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
  case file_magic::coff_import_library:
    return "a COFF import library";
  case file_magic::coff_cl_gl_object:
    return "a COFF file for link-time code generation";
  case file_magic::pecoff_executable:
    return "a PE executable or library";
  case file_magic::macho_executable:
    return "a Mach-O executable";
  case file_magic::macho_dynamically_linked_shared_lib:
    return "a Mach-O library";
  case file_magic::macho_universal_binary:
    return "a Mach-O file for several architectures";
  default:
    return "a file of another kind";
  }
}

Expected<ObjectImage> readObject(MemoryBufferRef Object) {
  switch (file_magic Magic = identify_magic(Object.getBuffer())) {
  case file_magic::elf_relocatable:
    return readELF(Object);
  case file_magic::macho_object:
    return readMachO(Object);
  case file_magic::coff_object:
    return readCOFF(Object);
  case file_magic::unknown:
    return createStringError(inconvertibleErrorCode(), "not an object file");
  default:
    return createStringError(
        inconvertibleErrorCode(),
        "expected a relocatable object file of a supported format (ELF, Mach-O, COFF), found " +
            kindOf(Magic));
  }
}

} // namespace stencilgen
