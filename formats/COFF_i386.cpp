// i386 COFF relocations (Microsoft PE Format, "Type Indicators", Intel 386 processors).
//
// Peculiarities: addresses have 32 bits and nothing but branches is relative. The addend is what the four
// bytes hold, and REL32 counts from their end; so A of "S + A - P" is the field - 4. A rel32 branch reaches
// every address. What another image has is reached through __imp__NAME, a pointer that instructions name by
// its address.
//
//   e8 <rel32>               calll rel32                        IMAGE_REL_I386_REL32
//   68 <imm32>               pushl $imm32                       IMAGE_REL_I386_DIR32
//   8b 0d <abs32>            movl abs32, %ecx                   IMAGE_REL_I386_DIR32 of _NAME or __imp__NAME
//   a1 <abs32>               movl abs32, %eax                   IMAGE_REL_I386_DIR32 of _NAME or __imp__NAME
//   ff 15 <abs32>            calll *abs32                       IMAGE_REL_I386_DIR32 of __imp__NAME
#include "COFF.h"
#include "X86Instructions.h"
#include "llvm/BinaryFormat/COFF.h"

using namespace llvm;

namespace stencilgen {

/// The operand at \p Offset is a pointer's address and the instruction reads it: a ModRM byte without base,
/// or a1.
static bool readsPointer(ArrayRef<uint8_t> Bytes, uint64_t Offset) {
  return isPlainMemoryOperand(Bytes, Offset) ||
         (Offset >= 1 && Offset <= Bytes.size() && Bytes[Offset - 1] == 0xa1);
}

Expected<std::optional<EncodedFixup>> decodeCOFF_i386(const COFFRelocation &R, const ImageSection &Section) {
  if (R.Type != COFF::IMAGE_REL_I386_DIR32 && R.Type != COFF::IMAGE_REL_I386_REL32)
    return std::nullopt;
  auto Field = readField(Section.Bytes, R.Offset, 4);
  if (!Field)
    return Field.takeError();
  bool IsCode = Section.Kind == SectionKind::Code;
  if (R.Type == COFF::IMAGE_REL_I386_DIR32) {
    if (!R.IsImport)
      return EncodedFixup{FixupKind::Abs32, *Field};
    if (!IsCode || !readsPointer(Section.Bytes, R.Offset))
      return fixupError("expected an operand that reads the pointer for what is imported");
    return EncodedFixup{FixupKind::I386_GotAbs32, *Field};
  }
  if (R.IsImport)
    return fixupError("expected an operand that reads the pointer for what is imported");
  if (!IsCode)
    return EncodedFixup{FixupKind::PCRel32Wrap, *Field - 4};
  if (!isBranchOperand(Section.Bytes, R.Offset))
    return fixupError("expected it in a call, jmp or jcc");
  return EncodedFixup{FixupKind::I386_Branch32, *Field - 4};
}

} // namespace stencilgen
