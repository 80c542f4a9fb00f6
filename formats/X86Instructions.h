// The x86 instructions that fixups sit in (Intel 64 and IA-32 Architectures Software Developer's Manual,
// volume 2, chapter 2 and appendix A). An instruction cannot be found by its bytes from behind in general;
// but what comes right before an operand of four bytes tells the few forms apart that compilers make.
//
//     P-3     P-2     P-1           P
//   +-------+-------+-------------+----------------+
//   | REX   | opc   | mod reg r/m | disp32         |   mod = 00, r/m = 101: rip-relative (i386: absolute)
//   +-------+-------+-------------+----------------+
//           | (0f)  | e8, e9, 8x  | rel32          |   call, jmp; 0f 80 to 0f 8f: jcc
//           +-------+-------------+----------------+
//
// The two cannot be mixed up: a ModRM byte with mod = 00 and r/m = 101 is one of 05, 0d, 15, 1d, 25, 2d, 35,
// 3d.
//
// Every function takes the section's bytes and P, which may lie anywhere.
#ifndef STENCILGEN_FORMATS_X86INSTRUCTIONS_H
#define STENCILGEN_FORMATS_X86INSTRUCTIONS_H

#include "FixupKinds.h"
#include "llvm/ADT/ArrayRef.h"

namespace stencilgen {

/// rel32 of a call, jmp or jcc.
bool isBranchOperand(llvm::ArrayRef<uint8_t> Section, uint64_t Offset);

/// disp32 of an operand in memory without base and index: rip-relative on x86-64, absolute on i386.
bool isPlainMemoryOperand(llvm::ArrayRef<uint8_t> Section, uint64_t Offset);

/// disp32 of a rip-relative operand of an instruction that the psABI, B.2, lists: call, jmp (without REX),
/// mov, test, binop.
bool isRelaxableOperand(llvm::ArrayRef<uint8_t> Section, uint64_t Offset, bool WithRex);

/// The kind of a rip-relative operand that reads a data slot, for formats whose relocations do not tell how
/// the slot is used: relaxable in call, jmp (without REX) and mov of 64 bits, which is all that compilers
/// make of them; not relaxable in any other instruction; none where there is no such operand.
std::optional<FixupKind> slotOperandKind(llvm::ArrayRef<uint8_t> Section, uint64_t Offset);

} // namespace stencilgen

#endif
