// x86-64 ELF relocations (System V ABI, AMD64 Architecture Processor Supplement, version 1.0, section 4.4.1
// and, for the relaxable ones, B.2).
//
// Peculiarities: instructions have no fixed length and the processor adds a displacement to the address of
// the *next* instruction, so the addend holds -4 where the displacement is the instruction's last field, and
// less where an immediate follows it. A rel32 branch reaches 2 GiB to both sides; under -mcmodel=medium,
// calls of external functions go through a data slot (-fno-plt) and every address is a 64-bit immediate:
//
//   48 b8 <imm64>         movabs $imm64, %rax             R_X86_64_64
//   e9 <rel32>            jmp rel32                       R_X86_64_PLT32
//   ff 15 <disp32>        call *disp32(%rip)              R_X86_64_GOTPCRELX
//   ff 25 <disp32>        jmp *disp32(%rip)               R_X86_64_GOTPCRELX
//   48 8b 05 <disp32>     mov disp32(%rip), %rax          R_X86_64_REX_GOTPCRELX
//
// A relaxable GOT load may be rewritten by the JIT, so the bytes before it are checked here: opcode and a
// ModRM byte with mod = 00, r/m = 101 (rip-relative).
//
//     P-3     P-2     P-1           P
//   +-------+-------+-------------+----------------+
//   | REX   | opc   | mod reg r/m | disp32         |
//   +-------+-------+-------------+----------------+
#include "ELF.h"
#include "X86Instructions.h"
#include "llvm/BinaryFormat/ELF.h"

using namespace llvm;

namespace stencilgen {

static bool isRelaxable(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return isRelaxableOperand(Section, Offset, /*WithRex=*/false);
}

static bool isRelaxableWithRex(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return isRelaxableOperand(Section, Offset, /*WithRex=*/true);
}

static constexpr const char *Relaxable = "a call, jmp, mov, test or binop with a rip-relative operand";

static constexpr ELFRule Rules[] = {
    {ELF::R_X86_64_64, FixupKind::Abs64, nullptr, ""},
    {ELF::R_X86_64_32, FixupKind::Abs32, nullptr, ""},
    {ELF::R_X86_64_32S, FixupKind::Abs32Signed, nullptr, ""},
    {ELF::R_X86_64_16, FixupKind::Abs16, nullptr, ""},
    {ELF::R_X86_64_8, FixupKind::Abs8, nullptr, ""},
    {ELF::R_X86_64_PC64, FixupKind::PCRel64, nullptr, ""},
    {ELF::R_X86_64_PC32, FixupKind::PCRel32, nullptr, ""},
    {ELF::R_X86_64_PLT32, FixupKind::X86_64_Branch32, nullptr, ""},
    {ELF::R_X86_64_GOTPCREL, FixupKind::X86_64_GotPCRel32, nullptr, ""},
    {ELF::R_X86_64_GOTPCRELX, FixupKind::X86_64_GotPCRel32Relax, isRelaxable, Relaxable},
    {ELF::R_X86_64_REX_GOTPCRELX, FixupKind::X86_64_GotPCRel32RelaxRex, isRelaxableWithRex, Relaxable},
};

static constexpr const char *NoTable =
    "a stencil has data slots but no table of addresses, compile with -fno-pic";

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_X86_64_GOT64, NoTable},      {ELF::R_X86_64_GOTOFF64, NoTable}, {ELF::R_X86_64_GOTPC32, NoTable},
    {ELF::R_X86_64_GOTPC64, NoTable},    {ELF::R_X86_64_GOT32, NoTable},    {ELF::R_X86_64_GOTPLT64, NoTable},
    {ELF::R_X86_64_GOTPCREL64, NoTable}, {ELF::R_X86_64_PLTOFF64, NoTable},
};

const ELFArchitecture ELFX86_64{
    {ELF::EM_X86_64, ELF::ELFCLASS64, ELF::ELFDATA2LSB, "x86-64"}, FixupKind::Abs64, Rules, Refusals, {}};

} // namespace stencilgen
