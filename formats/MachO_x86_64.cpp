// x86-64 Mach-O relocations (Apple's header mach-o/x86_64/reloc.h, whose comments are the specification).
//
// Peculiarities: the addend is what the four or eight bytes hold, and relative fields count from their own
// end, as the processor does where nothing follows the displacement; so A of "S + A - P" is the field - 4.
// Where an immediate of 1, 2 or 4 bytes follows, the assembler has put -1, -2 or -4 into the field as well,
// and says so with SIGNED_1, SIGNED_2 or SIGNED_4: a hint, not another formula. A relocation without symbol
// (r_extern = 0) holds in its field what it would be if the file were loaded at its own addresses. A rel32
// branch reaches 2 GiB to both sides.
//
//   48 b8 <imm64>            movabsq $imm64, %rax               X86_64_RELOC_UNSIGNED, r_length = 3
//   e9 <rel32>               jmp rel32                          X86_64_RELOC_BRANCH
//   ff 15 <disp32>           callq *disp32(%rip)                X86_64_RELOC_GOT
//   48 8b 05 <disp32>        movq disp32(%rip), %rax            X86_64_RELOC_GOT_LOAD
//   48 8d 05 <disp32>        leaq disp32(%rip), %rax            X86_64_RELOC_SIGNED
//   c6 05 <disp32> <imm8>    movb $imm8, disp32(%rip)           X86_64_RELOC_SIGNED_1
//
// GOT_LOAD promises a movq, which a linker may make a leaq; GOT promises nothing. CPython's JIT relaxes calls
// and jumps through GOT too, so the kind follows the instruction (see slotOperandKind).
#include "MachO.h"
#include "X86Instructions.h"
#include "llvm/BinaryFormat/MachO.h"

using namespace llvm;

namespace stencilgen {

/// UNSIGNED: an address of 4 or 8 bytes.
static Expected<std::optional<EncodedFixup>> decodeAbsolute(const MachORelocation &R,
                                                            const ImageSection &Section) {
  if (R.IsPCRel || R.Width < 4)
    return fixupError("expected 4 or 8 bytes that are not relative");
  auto Field = readField(Section.Bytes, R.Offset, R.Width);
  if (!Field)
    return Field.takeError();
  auto Addend = static_cast<int64_t>(static_cast<uint64_t>(*Field) - R.TargetAddress);
  return EncodedFixup{R.Width == 8 ? FixupKind::Abs64 : FixupKind::Abs32, Addend};
}

/// The kind of a field of four bytes that counts from its end.
static Expected<std::optional<FixupKind>> kindOfRelative(const MachORelocation &R,
                                                         const ImageSection &Section) {
  bool IsCode = Section.Kind == SectionKind::Code;
  switch (R.Type) {
  case MachO::X86_64_RELOC_BRANCH:
    if (!isBranchOperand(Section.Bytes, R.Offset))
      return fixupError("expected it in a call, jmp or jcc");
    return FixupKind::X86_64_Branch32;
  case MachO::X86_64_RELOC_SIGNED:
  case MachO::X86_64_RELOC_SIGNED_1:
  case MachO::X86_64_RELOC_SIGNED_2:
  case MachO::X86_64_RELOC_SIGNED_4:
    if (IsCode && !isPlainMemoryOperand(Section.Bytes, R.Offset))
      return fixupError("expected it in a rip-relative operand");
    return FixupKind::PCRel32;
  case MachO::X86_64_RELOC_GOT_LOAD:
    if (slotOperandKind(Section.Bytes, R.Offset) != FixupKind::X86_64_GotPCRel32RelaxRex)
      return fixupError("expected it in a movq with a rip-relative operand");
    return FixupKind::X86_64_GotPCRel32RelaxRex;
  case MachO::X86_64_RELOC_GOT: {
    if (!IsCode)
      return FixupKind::X86_64_GotPCRel32;
    auto Kind = slotOperandKind(Section.Bytes, R.Offset);
    if (!Kind)
      return fixupError("expected it in a rip-relative operand");
    return Kind;
  }
  default:
    return std::nullopt;
  }
}

Expected<std::optional<EncodedFixup>> decodeMachO_x86_64(const MachORelocation &R,
                                                         const ImageSection &Section) {
  switch (R.Type) {
  case MachO::X86_64_RELOC_UNSIGNED:
    return decodeAbsolute(R, Section);
  case MachO::X86_64_RELOC_SUBTRACTOR:
    return fixupError("a difference of two symbols cannot be part of a stencil");
  case MachO::X86_64_RELOC_TLV:
    return fixupError("a stencil has no thread-local storage of its own");
  default:
    break;
  }
  auto Kind = kindOfRelative(R, Section);
  if (!Kind)
    return Kind.takeError();
  if (!*Kind)
    return std::nullopt;
  if (!R.IsPCRel || R.Width != 4)
    return fixupError("expected 4 bytes that are relative");
  if (!R.IsExtern && usesDataSlot(**Kind))
    return fixupError("expected it to name a symbol, found a section");
  auto Field = readField(Section.Bytes, R.Offset, 4);
  if (!Field)
    return Field.takeError();
  // Without symbol, the field counts to an address of the file: moving P and the section changes it by
  // (S - TargetAddress) - (P - Address).
  uint64_t Bias = R.IsExtern ? uint64_t(-4) : R.Address - R.TargetAddress;
  return EncodedFixup{**Kind, static_cast<int64_t>(static_cast<uint64_t>(*Field) + Bias)};
}

} // namespace stencilgen
