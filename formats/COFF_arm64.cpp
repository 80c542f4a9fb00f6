// ARM64 COFF relocations (Microsoft PE Format, "Type Indicators", ARM64 processors).
//
// Peculiarities: instructions have 32 bits; an address is made of the distance between 4096-byte pages (adrp,
// 4 GiB to both sides) and the low 12 bits (add, or the offset of a load or store, scaled by its size), b and
// bl reach 128 MiB to both sides. The addend is what the immediate fields hold: instructions of 4 bytes in b
// and bl, units of the access in loads and stores, but bytes, not pages, in adrp. Whether adrp and ldr read a
// pointer of the loader's depends on the symbol alone: __imp_NAME or NAME.
//
//   94000000    bl    #0                     IMAGE_REL_ARM64_BRANCH26 (b: 14000000)
//   90000008    adrp  x8, 0                  IMAGE_REL_ARM64_PAGEBASE_REL21 of NAME or __imp_NAME
//   91000108    add   x8, x8, #0             IMAGE_REL_ARM64_PAGEOFFSET_12A
//   f9400108    ldr   x8, [x8]               IMAGE_REL_ARM64_PAGEOFFSET_12L of NAME or __imp_NAME
//
// The bit fields are drawn in AArch64Instructions.h.
#include "AArch64Instructions.h"
#include "COFF.h"
#include "llvm/BinaryFormat/COFF.h"

using namespace llvm;

namespace stencilgen {

/// Addresses and distances in data.
static Expected<std::optional<EncodedFixup>> decodeData(const COFFRelocation &R,
                                                        const ImageSection &Section) {
  if (R.IsImport)
    return fixupError("expected an adrp and a load of 64 bits for what is imported");
  auto Field = readField(Section.Bytes, R.Offset, R.Type == COFF::IMAGE_REL_ARM64_ADDR64 ? 8 : 4);
  if (!Field)
    return Field.takeError();
  switch (R.Type) {
  case COFF::IMAGE_REL_ARM64_ADDR64:
    return EncodedFixup{FixupKind::Abs64, *Field};
  case COFF::IMAGE_REL_ARM64_ADDR32:
    return EncodedFixup{FixupKind::Abs32, *Field};
  default: // REL32 counts from the byte after it.
    return EncodedFixup{FixupKind::PCRel32, *Field - 4};
  }
}

Expected<std::optional<EncodedFixup>> decodeCOFF_arm64(const COFFRelocation &R, const ImageSection &Section) {
  switch (R.Type) {
  case COFF::IMAGE_REL_ARM64_ADDR64:
  case COFF::IMAGE_REL_ARM64_ADDR32:
  case COFF::IMAGE_REL_ARM64_REL32:
    return decodeData(R, Section);
  case COFF::IMAGE_REL_ARM64_BRANCH26:
  case COFF::IMAGE_REL_ARM64_PAGEBASE_REL21:
  case COFF::IMAGE_REL_ARM64_PAGEOFFSET_12A:
  case COFF::IMAGE_REL_ARM64_PAGEOFFSET_12L:
    break;
  default:
    return std::nullopt;
  }
  auto Bytes = readField(Section.Bytes, R.Offset, 4);
  if (!Bytes)
    return Bytes.takeError();
  auto Instruction = static_cast<uint32_t>(*Bytes);
  if (R.Offset % 4 != 0)
    return fixupError("expected it at a multiple of 4");
  switch (R.Type) {
  case COFF::IMAGE_REL_ARM64_BRANCH26:
    if (!isBranch26(Instruction))
      return fixupError("expected it in a b or bl");
    if (R.IsImport)
      return fixupError("expected an adrp and a load of 64 bits for what is imported");
    return EncodedFixup{FixupKind::AArch64_Branch26, branch26Field(Instruction) * 4};
  case COFF::IMAGE_REL_ARM64_PAGEBASE_REL21:
    if (!isAdrp(Instruction))
      return fixupError("expected it in an adrp");
    return EncodedFixup{R.IsImport ? FixupKind::AArch64_GotPage21 : FixupKind::AArch64_Page21,
                        adrpField(Instruction)};
  case COFF::IMAGE_REL_ARM64_PAGEOFFSET_12A:
    if (!isAddImmediate(Instruction))
      return fixupError("expected it in an add of an immediate");
    if (R.IsImport)
      return fixupError("expected an adrp and a load of 64 bits for what is imported");
    return EncodedFixup{FixupKind::AArch64_PageOff12, imm12Field(Instruction)};
  default: { // PAGEOFFSET_12L
    if (!isLoadStoreUnsigned(Instruction))
      return fixupError("expected it in a load or store with an unsigned offset");
    if (R.IsImport && !isLoad64(Instruction))
      return fixupError("expected an adrp and a load of 64 bits for what is imported");
    int64_t Addend = int64_t(imm12Field(Instruction)) << loadStoreScale(Instruction);
    return EncodedFixup{R.IsImport ? FixupKind::AArch64_GotPageOff12 : FixupKind::AArch64_PageOff12, Addend};
  }
  }
}

} // namespace stencilgen
