// ARM64 Mach-O relocations (Apple's header mach-o/arm64/reloc.h, whose comments are the specification).
//
// Peculiarities: instructions have 32 bits; an address is made of the distance between 4096-byte pages (adrp,
// 4 GiB to both sides) and the low 12 bits (add, or the offset of a load or store, scaled by its size), b and
// bl reach 128 MiB to both sides. Instruction fields hold no addend: one other than 0 stands in a relocation
// of its own, ARM64_RELOC_ADDEND, whose 24 bits r_symbolnum are the addend of the relocation after it. Only
// data has its addend in place. All calls of functions that may be in another image are plain bl; data goes
// through a slot:
//
//   94000000    bl    #0                     ARM64_RELOC_BRANCH26 (b: 14000000)
//   90000008    adrp  x8, 0                  ARM64_RELOC_PAGE21, ARM64_RELOC_GOT_LOAD_PAGE21
//   91000108    add   x8, x8, #0             ARM64_RELOC_PAGEOFF12
//   f9400108    ldr   x8, [x8]               ARM64_RELOC_PAGEOFF12, ARM64_RELOC_GOT_LOAD_PAGEOFF12
//
// The bit fields are drawn in AArch64Instructions.h.
#include "AArch64Instructions.h"
#include "MachO.h"
#include "llvm/BinaryFormat/MachO.h"

using namespace llvm;

namespace stencilgen {

/// UNSIGNED: an address of 4 or 8 bytes.
static Expected<std::optional<EncodedFixup>> decodeAbsolute(const MachORelocation &R,
                                                            const ImageSection &Section) {
  if (R.IsPCRel || R.Width < 4)
    return fixupError("expected 4 or 8 bytes that are not relative");
  if (R.PairedAddend)
    return fixupError("expected no addend before it: its own bytes hold one");
  auto Field = readField(Section.Bytes, R.Offset, R.Width);
  if (!Field)
    return Field.takeError();
  auto Addend = static_cast<int64_t>(static_cast<uint64_t>(*Field) - R.TargetAddress);
  return EncodedFixup{R.Width == 8 ? FixupKind::Abs64 : FixupKind::Abs32, Addend};
}

/// What a relocation in an instruction asks of it.
struct InstructionForm {
  FixupKind Kind;
  bool IsPCRel;
  bool TakesAddend;
  bool Fits;           ///< the instruction is one it belongs in
  const char *Expects; ///< which those are
};

static std::optional<InstructionForm> formOf(unsigned Type, uint32_t Instruction) {
  switch (Type) {
  case MachO::ARM64_RELOC_BRANCH26:
    return InstructionForm{FixupKind::AArch64_Branch26, true, true, isBranch26(Instruction), "a b or bl"};
  case MachO::ARM64_RELOC_PAGE21:
    return InstructionForm{FixupKind::AArch64_Page21, true, true, isAdrp(Instruction), "an adrp"};
  case MachO::ARM64_RELOC_PAGEOFF12:
    return InstructionForm{FixupKind::AArch64_PageOff12, false, true,
                           isAddImmediate(Instruction) || isLoadStoreUnsigned(Instruction),
                           "an add of an immediate, or a load or store with an unsigned offset"};
  case MachO::ARM64_RELOC_GOT_LOAD_PAGE21:
    return InstructionForm{FixupKind::AArch64_GotPage21, true, false, isAdrp(Instruction), "an adrp"};
  case MachO::ARM64_RELOC_GOT_LOAD_PAGEOFF12:
    return InstructionForm{FixupKind::AArch64_GotPageOff12, false, false, isLoad64(Instruction),
                           "a load of 64 bits with an unsigned offset"};
  default:
    return std::nullopt;
  }
}

/// The immediate that the kind fills.
static int64_t immediateOf(FixupKind Kind, uint32_t Instruction) {
  switch (Kind) {
  case FixupKind::AArch64_Branch26:
    return branch26Field(Instruction);
  case FixupKind::AArch64_Page21:
  case FixupKind::AArch64_GotPage21:
    return adrpField(Instruction);
  default:
    return imm12Field(Instruction);
  }
}

Expected<std::optional<EncodedFixup>> decodeMachO_arm64(const MachORelocation &R,
                                                        const ImageSection &Section) {
  switch (R.Type) {
  case MachO::ARM64_RELOC_UNSIGNED:
    return decodeAbsolute(R, Section);
  case MachO::ARM64_RELOC_SUBTRACTOR:
    return fixupError("a difference of two symbols cannot be part of a stencil");
  case MachO::ARM64_RELOC_TLVP_LOAD_PAGE21:
  case MachO::ARM64_RELOC_TLVP_LOAD_PAGEOFF12:
    return fixupError("a stencil has no thread-local storage of its own");
  default:
    break;
  }
  auto Bytes = readField(Section.Bytes, R.Offset, 4);
  if (!Bytes)
    return Bytes.takeError();
  auto Instruction = static_cast<uint32_t>(*Bytes);
  auto Form = formOf(R.Type, Instruction);
  if (!Form)
    return std::nullopt;
  if (R.Width != 4 || R.IsPCRel != Form->IsPCRel)
    return fixupError(Twine("expected 4 bytes that are ") + (Form->IsPCRel ? "relative" : "not relative"));
  if (!R.IsExtern)
    return fixupError("expected it to name a symbol, found a section");
  if (R.Offset % 4 != 0)
    return fixupError("expected it at a multiple of 4");
  if (!Form->Fits)
    return fixupError(Twine("expected it in ") + Form->Expects);
  if (int64_t Immediate = immediateOf(Form->Kind, Instruction))
    return fixupError("expected immediate 0 in the instruction, found " + Twine(Immediate));
  if (R.PairedAddend && !Form->TakesAddend)
    return fixupError("expected no addend before it: it reads a data slot whole");
  return EncodedFixup{Form->Kind, R.PairedAddend.value_or(0)};
}

} // namespace stencilgen
