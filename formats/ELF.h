// The ELF reader and what it asks of an architecture's file (ELF_x86_64.cpp, ...).
#ifndef STENCILGEN_FORMATS_ELF_H
#define STENCILGEN_FORMATS_ELF_H

#include "ObjectImage.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace stencilgen {

/// Reads a relocatable ELF file (System V gABI, chapters 4 and 5). Errors as for readObject.
llvm::Expected<ObjectImage> readELF(llvm::MemoryBufferRef Object);

/// The fixup kind of an x86-64 relocation, none when a stencil cannot represent it.
/// \param Type     r_type, an R_X86_64_* of llvm/BinaryFormat/ELF.h
/// \param Section  the bytes of the section it is in
/// \param Offset   r_offset
/// Errors, as text without the place: the fixup sits in an instruction that the relocation does not belong
/// in.
llvm::Expected<std::optional<FixupKind>> fixupKindELF_x86_64(uint32_t Type, llvm::ArrayRef<uint8_t> Section,
                                                             uint64_t Offset);

/// The same for AArch64 and its R_AARCH64_* relocations.
llvm::Expected<std::optional<FixupKind>> fixupKindELF_aarch64(uint32_t Type, llvm::ArrayRef<uint8_t> Section,
                                                              uint64_t Offset);

} // namespace stencilgen

#endif
