// The COFF reader and what it asks of an architecture's file (COFF_x86_64.cpp, ...).
#ifndef STENCILGEN_FORMATS_COFF_H
#define STENCILGEN_FORMATS_COFF_H

#include "EncodedFixup.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace stencilgen {

/// Reads a relocatable COFF file, also one with more than 65279 sections (/bigobj). Errors as for readObject.
///
/// An undefined __imp_NAME comes out as NAME with IsImport, and its fixups as kinds that read a data slot.
llvm::Expected<ObjectImage> readCOFF(llvm::MemoryBufferRef Object);

struct COFFRelocation {
  uint16_t Type;
  uint64_t Offset; ///< bytes from the start of the section
  bool IsImport;   ///< names a pointer that the loader makes
};

/// The kind and addend of a relocation, none when a stencil cannot represent it.
/// Errors, as text without the place: the fixup does not fit its section, or sits in an instruction that the
/// relocation, or an import, does not belong in.
llvm::Expected<std::optional<EncodedFixup>> decodeCOFF_x86_64(const COFFRelocation &Relocation,
                                                              const ImageSection &Section);
llvm::Expected<std::optional<EncodedFixup>> decodeCOFF_i386(const COFFRelocation &Relocation,
                                                            const ImageSection &Section);
llvm::Expected<std::optional<EncodedFixup>> decodeCOFF_arm64(const COFFRelocation &Relocation,
                                                             const ImageSection &Section);

} // namespace stencilgen

#endif
