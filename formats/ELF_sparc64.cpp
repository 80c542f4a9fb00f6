// SPARC V9 ELF relocations (SPARC Compliance Definition 2.4, chapter 4, "Relocation Types").
//
// Peculiarities: big-endian, and every instruction has four bytes. A stencil makes an address of four parts
// (-mcmodel=large): sethi and or for each half of 32 bits, one shifted and added to the other. call reaches 2
// GiB to both sides; it is a tail call too, with a restore behind it, as every branch has an instruction in
// its delay slot. Tables of addresses (-fpic) are for a linker.
//
//   40000000   call   disp30             R_SPARC_WDISP30
//   03000000   sethi  imm22, %g1         R_SPARC_HH22 (bits 42 to 63), R_SPARC_HI22 (bits 10 to 31)
//   82006000   add    %g1, simm13, %g1   R_SPARC_HM10 (bits 32 to 41), R_SPARC_LO10 (bits 0 to 9)
//
//    31 30 29   25 24   22 21                        0
//   +-----+-------+-------+---------------------------+
//   | 0 1 | disp30, in instructions                   |  call
//   +-----+-------+-------+---------------------------+
//   | 0 0 |  rd   | 1 0 0 | imm22                     |  sethi
//   +-----+-------+-------+----+-------+---+----------+
//   | 1 x |  rd   |    op3     |  rs1  | 1 |  simm13  |  arithmetic (x = 0), loads and stores (x = 1)
//   +-----+-------+------------+-------+---+----------+
#include "ELF.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace stencilgen {

static bool isInstruction(ArrayRef<uint8_t> Section, uint64_t Offset, uint32_t Mask, uint32_t Bits) {
  return Offset % 4 == 0 && (support::endian::read32be(Section.data() + Offset) & Mask) == Bits;
}

static bool isCall(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return isInstruction(Section, Offset, 0xc0000000, 0x40000000);
}

static bool isSethi(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return isInstruction(Section, Offset, 0xc1c00000, 0x01000000);
}

static bool isImmediate(ArrayRef<uint8_t> Section, uint64_t Offset) {
  return isInstruction(Section, Offset, 0x80002000, 0x80002000);
}

static constexpr const char *Immediate = "an instruction with an immediate of 13 bits";

static constexpr ELFRule Rules[] = {
    {ELF::R_SPARC_64, FixupKind::Abs64BE, nullptr, ""},
    {ELF::R_SPARC_UA64, FixupKind::Abs64BE, nullptr, ""},
    {ELF::R_SPARC_32, FixupKind::Abs32BE, nullptr, ""},
    {ELF::R_SPARC_UA32, FixupKind::Abs32BE, nullptr, ""},
    {ELF::R_SPARC_DISP64, FixupKind::PCRel64BE, nullptr, ""},
    {ELF::R_SPARC_DISP32, FixupKind::PCRel32BE, nullptr, ""},
    {ELF::R_SPARC_WDISP30, FixupKind::Sparc64_Call30, isCall, "call"},
    {ELF::R_SPARC_HH22, FixupKind::Sparc64_HH22, isSethi, "sethi"},
    {ELF::R_SPARC_HM10, FixupKind::Sparc64_HM10, isImmediate, Immediate},
    {ELF::R_SPARC_HI22, FixupKind::Sparc64_HI22, isSethi, "sethi"},
    {ELF::R_SPARC_LO10, FixupKind::Sparc64_LO10, isImmediate, Immediate},
};

static constexpr const char *NoTable =
    "a stencil has no table of addresses, compile with -fno-pic -mcmodel=large";

static constexpr ELFRefusal Refusals[] = {
    {ELF::R_SPARC_GOT10, NoTable}, {ELF::R_SPARC_GOT13, NoTable}, {ELF::R_SPARC_GOT22, NoTable},
    {ELF::R_SPARC_PC10, NoTable},  {ELF::R_SPARC_PC22, NoTable},  {ELF::R_SPARC_WPLT30, NoTable},
};

const ELFArchitecture ELFSparc64{{ELF::EM_SPARCV9, ELF::ELFCLASS64, ELF::ELFDATA2MSB, "SPARC V9"},
                                 FixupKind::Abs64BE,
                                 Rules,
                                 Refusals,
                                 {}};

} // namespace stencilgen
