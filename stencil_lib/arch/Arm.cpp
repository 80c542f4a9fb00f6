// Arm, the A32 instruction set (Arm Architecture Reference Manual for ARMv7-A; Procedure Call Standard for
// the Arm Architecture). Instructions have 4 bytes. The program counter reads as the address of the
// instruction after the next: that is what the distance of a branch counts from.
#include "arch/Architecture.h"

using namespace llvm;

namespace stencilgen {

static constexpr Triple::ArchType Triples[] = {Triple::arm, Triple::thumb};

static constexpr TrailingJump Jumps[] = {
    {FixupKind::Arm_Branch24, -8, 0, "xxxxxxea"}, // b imm24
};

const Architecture ArchArm{
    .Kinds = FixupArchitecture::Arm,
    .Triples = Triples,
    .FramePointer = "R11",
    .StackPointer = "SP",
    .AlwaysHolds = 14, // AL: A8.3, "Conditional execution"
    .BranchOrigin = 8,
    .HasAddendsInCode = true,
    .TrailingJumps = Jumps,
};

} // namespace stencilgen
