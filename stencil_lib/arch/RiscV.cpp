// RISC-V of 64 bits (RISC-V Instruction Set Manual, volume I; RISC-V ABIs Specification, "Integer Register
// Convention"). Instructions have 2 or 4 bytes. The low part of a distance counts from its auipc, which may
// stand anywhere before it.
#include "arch/Architecture.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

static constexpr Triple::ArchType Triples[] = {Triple::riscv64};

static constexpr TrailingJump Jumps[] = {
    {FixupKind::RiscV_Call, 0, 0, "1703000067000300"}, // auipc t1, imm20; jr imm12(t1)
    {FixupKind::RiscV_Jal20, 0, 0, "6f000000"},        // j imm20
};

/// auipc rd, imm20; jalr rd', imm12(rd)
static std::optional<int64_t> pairDistance(StringRef FirstForm, ArrayRef<int64_t> First, StringRef SecondForm,
                                           ArrayRef<int64_t> Second) {
  if (FirstForm != "AUIPC" || SecondForm != "JALR" || First.empty() || Second.empty())
    return std::nullopt;
  return SignExtend64<32>(uint64_t(First.back()) << 12) + Second.back();
}

const Architecture ArchRiscV{
    .Kinds = FixupArchitecture::RiscV,
    .Triples = Triples,
    .Features = "+m,+a,+f,+d,+c",
    .FramePointer = "X8",
    .StackPointer = "X2",
    .PairDistance = pairDistance,
    .LowCountsFromHigh = true,
    .TrailingJumps = Jumps,
};

} // namespace stencilgen
