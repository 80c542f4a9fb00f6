// SPARC V9 (The SPARC Architecture Manual, version 9). Big-endian, instructions have 4 bytes. A branch or
// call has an instruction behind it that is executed with it, so none can be left out. Registers are windows:
// save and restore move %sp and %fp.
#include "arch/Architecture.h"

using namespace llvm;

namespace stencilgen {

/// LLVM has no analysis of branches for it. The operand is a distance in bytes.
static std::optional<uint64_t> branchTarget(const MCInst &Inst, const MCInstrDesc &Description,
                                            bool /*HasAnalysis*/, uint64_t Offset) {
  for (unsigned I = 0; I < Inst.getNumOperands() && I < Description.getNumOperands(); ++I)
    if (Description.operands()[I].OperandType == MCOI::OPERAND_PCREL && Inst.getOperand(I).isImm())
      return Offset + static_cast<uint64_t>(Inst.getOperand(I).getImm());
  return std::nullopt;
}

static constexpr Triple::ArchType Triples[] = {Triple::sparcv9};

const Architecture ArchSparc64{
    .Kinds = FixupArchitecture::Sparc64,
    .Triples = Triples,
    .FramePointer = "I6",
    .StackPointer = "O6",
    .BranchTarget = branchTarget,
};

} // namespace stencilgen
