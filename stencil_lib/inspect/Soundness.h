// Is a set of stencils what it should be? Checks beyond those that every reader makes (stencil/Verifier): the
// machine code itself, and that the file is complete and untouched.
#ifndef STENCILGEN_INSPECT_SOUNDNESS_H
#define STENCILGEN_INSPECT_SOUNDNESS_H

#include "inspect/SetReader.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/StringSet.h"

namespace stencilgen {

/// Checks the machine code of every group of \p Inspected:
/// - every byte belongs to an instruction, and an instruction can be reached;
/// - each hole is an operand of one instruction, empty, of a kind that the instruction and the target have;
/// - a branch leads to an instruction of its stencil, or through a hole to just where the hole's value is;
/// - a data slot that is read exists; an address of code is that of an instruction;
/// - the code that follows is jumped to, never called; the shim does not run past its end;
/// - the stack pointer is on every way out what it was on entry (x86-64, AArch64), and the frame pointer is
///   not touched where the flags reserve it (-mframe-pointer=reserved);
/// - no opcode is given twice, stencils are sorted by name, data is a whole number of slots.
/// \p Decoder is that of the set's target. Returns one diagnostic a violation, in the order of the set.
std::vector<Diagnostic> checkCode(const InspectedSet &Inspected, const Disassembler &Decoder);

/// Checks that data, flags, command and definitions name no absolute path.
std::vector<Diagnostic> checkPaths(const InspectedSet &Inspected);

/// Checks that every symbol is one of \p Allowed. \p Source says whose symbols these are.
std::vector<Diagnostic> checkSymbols(const InspectedSet &Inspected, const llvm::StringSet<> &Allowed,
                                     llvm::StringRef Source);

/// Checks that a manifest is what the tool writes for the set in it: nothing added, left out or out of order.
/// \p Text is the manifest's.
std::vector<Diagnostic> checkForm(const InspectedSet &Inspected, llvm::StringRef Text,
                                  const Disassembler &Decoder);

/// What is in the manifest \p Text and not in the manifest \p Expected, or the other way round.
std::vector<Diagnostic> manifestDifferences(llvm::StringRef File, llvm::StringRef Text,
                                            llvm::StringRef Expected);

/// Checks the files beside a manifest, as far as they are there, against the digests in it.
std::vector<Diagnostic> checkFiles(const InspectedSet &Inspected);

/// Checks the header that belongs to a manifest. \p HeaderText is its text, \p HeaderFile its name.
std::vector<Diagnostic> checkHeader(const InspectedSet &Inspected, llvm::StringRef HeaderFile,
                                    llvm::StringRef HeaderText, const Disassembler &Decoder);

} // namespace stencilgen

#endif
