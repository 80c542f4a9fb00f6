// The Mach-O reader and what it asks of an architecture's file (MachO_x86_64.cpp, ...).
#ifndef STENCILGEN_FORMATS_MACHO_H
#define STENCILGEN_FORMATS_MACHO_H

#include "EncodedFixup.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace stencilgen {

/// Reads a relocatable Mach-O file of 64 bits. Errors as for readObject.
///
/// Sections are named SEGMENT,section. A relocation that names a section and an address in the file's address
/// space comes out as a section symbol and an addend.
llvm::Expected<ObjectImage> readMachO(llvm::MemoryBufferRef Object);

/// One relocation_info of mach-o/reloc.h, with the addresses that a relocation without symbol counts from.
struct MachORelocation {
  unsigned Type;          ///< r_type
  uint64_t Offset;        ///< r_address: bytes from the start of the section
  unsigned Width;         ///< bytes: 1 << r_length
  bool IsPCRel;           ///< r_pcrel
  bool IsExtern;          ///< r_extern: names a symbol, otherwise a section
  uint64_t Address;       ///< P in the file's address space
  uint64_t TargetAddress; ///< of the section it names in the file's address space; 0 where IsExtern
  std::optional<int64_t> PairedAddend; ///< of the ARM64_RELOC_ADDEND before it
};

/// The kind and addend of a relocation, none when a stencil cannot represent it.
/// Errors, as text without the place: the fixup does not fit its section, sits in an instruction that the
/// relocation does not belong in, or has a form that is not defined.
llvm::Expected<std::optional<EncodedFixup>> decodeMachO_x86_64(const MachORelocation &Relocation,
                                                               const ImageSection &Section);
llvm::Expected<std::optional<EncodedFixup>> decodeMachO_arm64(const MachORelocation &Relocation,
                                                              const ImageSection &Section);

} // namespace stencilgen

#endif
