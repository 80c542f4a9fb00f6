// x64 COFF relocations (Microsoft PE Format, "Type Indicators", x64 processors).
//
// Peculiarities: the addend is what the bytes hold, and REL32 counts from their end; so A of "S + A - P" is
// the field - 4. REL32_1 to REL32_5 count from 1 to 5 bytes further, where an immediate follows the
// displacement: A is the field - 4 - n. One relocation serves calls, jumps and data, so the kind follows the
// instruction. Functions and data of another image are reached through __imp_ pointers, by instructions that
// the JIT may relax. A rel32 branch reaches 2 GiB to both sides.
//
//   48 b8 <imm64>            movabsq $imm64, %rax               IMAGE_REL_AMD64_ADDR64
//   b8 <imm32>               movl $imm32, %eax                  IMAGE_REL_AMD64_ADDR32 (zero-extended)
//   48 c7 c0 <imm32>         movq $imm32, %rax                  IMAGE_REL_AMD64_ADDR32 (sign-extended)
//   e9 <rel32>               jmp rel32                          IMAGE_REL_AMD64_REL32
//   ff 15 <disp32>           callq *disp32(%rip)                IMAGE_REL_AMD64_REL32 of __imp_NAME
//   48 8b 05 <disp32>        movq disp32(%rip), %rax            IMAGE_REL_AMD64_REL32 of NAME or __imp_NAME
//   c7 05 <disp32> <imm32>   movl $imm32, disp32(%rip)          IMAGE_REL_AMD64_REL32_4
#include "COFF.h"
#include "X86Instructions.h"
#include "llvm/BinaryFormat/COFF.h"

using namespace llvm;

namespace stencilgen {

/// ADDR32 and ADDR64. There is no relocation that says whether 32 bits are zero- or sign-extended: mov of 32
/// bits to a register and data do the first, and all else of x86-64 the second.
static Expected<std::optional<EncodedFixup>> decodeAbsolute(const COFFRelocation &R,
                                                            const ImageSection &Section) {
  if (R.IsImport)
    return fixupError("expected a rip-relative operand for what is imported, found its pointer's address");
  bool IsWhole = R.Type == COFF::IMAGE_REL_AMD64_ADDR64;
  auto Field = readField(Section.Bytes, R.Offset, IsWhole ? 8 : 4);
  if (!Field)
    return Field.takeError();
  if (IsWhole)
    return EncodedFixup{FixupKind::Abs64, *Field};
  ArrayRef<uint8_t> Bytes = Section.Bytes;
  bool IsMove = R.Offset >= 1 && (Bytes[R.Offset - 1] & 0xf8) == 0xb8;
  bool IsZeroExtended = Section.Kind != SectionKind::Code || IsMove;
  return EncodedFixup{IsZeroExtended ? FixupKind::Abs32 : FixupKind::Abs32Signed, *Field};
}

/// The kind of a REL32, or REL32_n with \p Further bytes after it.
static Expected<FixupKind> kindOfRelative(const COFFRelocation &R, const ImageSection &Section,
                                          unsigned Further) {
  ArrayRef<uint8_t> Bytes = Section.Bytes;
  if (R.IsImport) {
    auto Kind = slotOperandKind(Bytes, R.Offset);
    if (Section.Kind != SectionKind::Code || !Kind)
      return fixupError("expected a rip-relative operand for what is imported");
    // Nothing follows the displacement of a call, jump or load.
    return Further == 0 ? *Kind : FixupKind::X86_64_GotPCRel32;
  }
  if (Section.Kind != SectionKind::Code || isPlainMemoryOperand(Bytes, R.Offset))
    return FixupKind::PCRel32;
  if (Further == 0 && isBranchOperand(Bytes, R.Offset))
    return FixupKind::X86_64_Branch32;
  return fixupError(Further == 0 ? "expected it in a call, jmp, jcc or a rip-relative operand"
                                 : "expected it in a rip-relative operand");
}

Expected<std::optional<EncodedFixup>> decodeCOFF_x86_64(const COFFRelocation &R,
                                                        const ImageSection &Section) {
  switch (R.Type) {
  case COFF::IMAGE_REL_AMD64_ADDR64:
  case COFF::IMAGE_REL_AMD64_ADDR32:
    return decodeAbsolute(R, Section);
  case COFF::IMAGE_REL_AMD64_REL32:
  case COFF::IMAGE_REL_AMD64_REL32_1:
  case COFF::IMAGE_REL_AMD64_REL32_2:
  case COFF::IMAGE_REL_AMD64_REL32_3:
  case COFF::IMAGE_REL_AMD64_REL32_4:
  case COFF::IMAGE_REL_AMD64_REL32_5: {
    unsigned Further = R.Type - COFF::IMAGE_REL_AMD64_REL32;
    auto Field = readField(Section.Bytes, R.Offset, 4);
    if (!Field)
      return Field.takeError();
    auto Kind = kindOfRelative(R, Section, Further);
    if (!Kind)
      return Kind.takeError();
    return EncodedFixup{*Kind, *Field - 4 - static_cast<int64_t>(Further)};
  }
  default:
    return std::nullopt;
  }
}

} // namespace stencilgen
