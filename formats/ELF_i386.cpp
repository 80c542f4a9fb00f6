// i386 ELF relocations (System V ABI, Intel386 Architecture Processor Supplement, version 1.1, section 4.4).
//
// Peculiarities: addresses have 32 bits and nothing but branches is relative, so a rel32 branch reaches every
// address: the sum wraps. The addend is what the four bytes hold (SHT_REL). PC32 and PLT32 count from the
// field, so that of a branch holds -4. A slot's address is an operand only where there is no table to count
// from (-fno-pic); with one (-fpic), %ebx holds the table's address, which a stencil has not.
//
//   b8 <imm32>               movl $imm32, %eax                  R_386_32
//   e9 <rel32>               jmp rel32                          R_386_PC32, R_386_PLT32
//   8b 05 <abs32>            movl abs32, %eax                   R_386_32, R_386_GOT32X
//   ff 15 <abs32>            calll *abs32                       R_386_GOT32X
//   8b 83 <disp32>           movl disp32(%ebx), %eax            R_386_GOT32X, refused
#include "ELFPairs.h"
#include "X86Instructions.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace stencilgen {

/// mov to %eax (a1), or a ModRM byte without base.
static bool isSlotOperand(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return isPlainMemoryOperand(Section, Offset) || (Offset >= 1 && Section[Offset - 1] == 0xa1);
}

static constexpr const char *SlotOperand =
    "an operand without a register: a stencil has data slots but no table "
    "of addresses, compile with -fno-pic";

static constexpr ELFRule Rules[] = {
    {ELF::R_386_32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_386_PC32, FixupKind::PCRel32Wrap, nullptr, ""},
    {ELF::R_386_PLT32, FixupKind::I386_Branch32, isBranchOperand, "a call, jmp or jcc"},
    {ELF::R_386_GOT32, FixupKind::I386_GotAbs32, isSlotOperand, SlotOperand},
    {ELF::R_386_GOT32X, FixupKind::I386_GotAbs32, isSlotOperand, SlotOperand},
};

/// PC32 serves branches as well. Both kinds are the same sum, so data that looks like a branch does not
/// suffer.
static FixupKind kindOf(FixupKind Kind, const ELFRelocation &Relocation, ArrayRef<uint8_t> Section) {
  bool IsBranch = Relocation.Type == ELF::R_386_PC32 && isBranchOperand(Section, Relocation.Offset);
  return IsBranch ? FixupKind::I386_Branch32 : Kind;
}

static constexpr const char *NoTable = "a stencil has no table of addresses, compile with -fno-pic";

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_386_GOTPC, NoTable},
    {ELF::R_386_GOTOFF, NoTable},
};

static int64_t addendOf(FixupKind, const uint8_t *Field) {
  return static_cast<int32_t>(support::endian::read32le(Field));
}

const ELFArchitecture ELFI386{{ELF::EM_386, ELF::ELFCLASS32, ELF::ELFDATA2LSB, "i386"},
                              FixupKind::Abs32,
                              Rules,
                              Refusals,
                              {},
                              addendOf,
                              nullptr,
                              kindOf};

} // namespace stencilgen
