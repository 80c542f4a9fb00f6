// s390x (z/Architecture Principles of Operation; ELF Application Binary Interface, s390x Supplement).
// Big-endian. Instructions have 2, 4 or 6 bytes; an operand that a fixup fills begins 2 bytes behind the
// instruction's start, which distances count from.
#include "arch/Architecture.h"

using namespace llvm;

namespace stencilgen {

/// The operand is the target itself in LLVM 19, which has no analysis for it; later it counts from this
/// instruction, where LLVM's analysis counts from the next.
static std::optional<uint64_t> branchTarget(const MCInst &Inst, const MCInstrDesc &Description,
                                            bool HasAnalysis, uint64_t Offset) {
  for (unsigned I = 0; I < Inst.getNumOperands() && I < Description.getNumOperands(); ++I)
    if (Description.operands()[I].OperandType == MCOI::OPERAND_PCREL && Inst.getOperand(I).isImm())
      return (HasAnalysis ? Offset : 0) + static_cast<uint64_t>(Inst.getOperand(I).getImm());
  return std::nullopt;
}

static constexpr Triple::ArchType Triples[] = {Triple::systemz};

static constexpr TrailingJump Jumps[] = {
    {FixupKind::S390X_Branch32Dbl, 2, 2, "c0f400000000"}, // jg rel32
};

const Architecture ArchS390X{
    .Kinds = FixupArchitecture::S390X,
    .Triples = Triples,
    .Processor = "arch14",
    .FramePointer = "R11D",
    .StackPointer = "R15D",
    .BranchTarget = branchTarget,
    .OperandOffset = 2,
    .TrailingJumps = Jumps,
};

} // namespace stencilgen
