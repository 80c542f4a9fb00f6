// The ELF reader and what it asks of an architecture's file (ELF_x86_64.cpp, ...).
#ifndef STENCILGEN_FORMATS_ELF_H
#define STENCILGEN_FORMATS_ELF_H

#include "ObjectImage.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"

namespace stencilgen {

/// Reads a relocatable ELF file (System V gABI, chapters 4 and 5) of 32 or 64 bits, either byte order. Errors
/// as for readObject.
llvm::Expected<ObjectImage> readELF(llvm::MemoryBufferRef Object);

/// One Elf_Rel or Elf_Rela.
struct ELFRelocation {
  uint32_t Type;       ///< r_type, an R_X86_64_*, ... of llvm/BinaryFormat/ELF.h
  uint64_t Offset;     ///< r_offset: bytes from the start of the section
  uint32_t Symbol;     ///< a number in the file, which is an index into ObjectImage::Symbols
  int64_t Addend;      ///< r_addend; 0 where the section's bytes hold it
  uint8_t Other;       ///< st_other of the symbol
  uint32_t Paired = 0; ///< type of the relocation that it was paired with; 0: none
};

/// What is wrong with one of several relocations.
struct ELFProblem {
  size_t Index;     ///< of the relocation
  std::string Text; ///< without the place
};

/// A relocation, the kind it becomes and the instruction it must sit in.
struct ELFRule {
  uint32_t Type;
  FixupKind Kind;
  /// Whether the instruction is the one; called when the kind's bytes are in the section. Null: data.
  bool (*Fits)(llvm::ArrayRef<uint8_t> Section, uint64_t Offset);
  const char *Expected; ///< "expected it in ..."
};

/// A relocation that has no kind, and why.
struct ELFRefusal {
  uint32_t Type;
  const char *Reason;
};

/// The files of an architecture: a machine in one class and byte order.
struct ELFMachine {
  uint16_t Number;         ///< e_machine
  uint8_t Class, Encoding; ///< e_ident
  const char *Name;        ///< in messages
};

/// What is particular to an architecture. Each name of FIXUP_ARCHITECTURE in FixupKinds.def has one: ELFx in
/// ELF_x.cpp.
struct ELFArchitecture {
  ELFMachine Machine;
  FixupKind AddressKind; ///< ObjectImage::AddressKind
  llvm::ArrayRef<ELFRule> Rules;
  /// Relocations whose refusal has a reason worth telling; any other without rule is refused without.
  llvm::ArrayRef<ELFRefusal> Refusals;
  /// Those that a reader may pass over: hints to a linker. R_*_NONE, 0 everywhere, is passed over in any
  /// case.
  llvm::ArrayRef<uint32_t> Ignored;
  /// The addend in the bytes that the kind fills, where relocations have none of their own (SHT_REL). Null:
  /// they have (SHT_RELA).
  int64_t (*AddendOf)(FixupKind Kind, const uint8_t *Field) = nullptr;
  /// Resolves relocations that cannot be understood one by one, before anything else is done with them: sets
  /// Symbol, Addend and Paired, and Type to 0 for one that has become part of another. Null: there are none.
  std::optional<ELFProblem> (*Pair)(llvm::MutableArrayRef<ELFRelocation> Relocations,
                                    const ObjectImage &Image, size_t Section) = nullptr;
  /// The kind where the rule's depends on more than the type; called before Fits, for any offset. Null: that
  /// of the rule.
  FixupKind (*KindOf)(FixupKind Kind, const ELFRelocation &Relocation,
                      llvm::ArrayRef<uint8_t> Section) = nullptr;
  /// Types of sections that are loaded but are not part of a stencil, and need not be.
  llvm::ArrayRef<uint32_t> IgnoredSections = {};
  /// What a function at an odd address is, which no fixup may refer to. Null: there is no such.
  const char *OddFunction = nullptr;
};

#define FIXUP_ARCHITECTURE(Name) extern const ELFArchitecture ELF##Name;
#include "FixupKinds.def"

} // namespace stencilgen

#endif
