// RISC-V of 64 and 32 bits (RISC-V Instruction Set Manual, volume I; RISC-V ABIs Specification, "Integer
// Register Convention"). Instructions have 2 or 4 bytes. The low part of a distance counts from its auipc,
// which may stand anywhere before it.
#include "arch/Architecture.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

static constexpr Triple::ArchType Triples[] = {Triple::riscv64};
static constexpr Triple::ArchType Triples32[] = {Triple::riscv32};

static constexpr StringLiteral FarJump = "1703000067000300"; // auipc t1, imm20; jr imm12(t1)
static constexpr StringLiteral NearJump = "6f000000";        // j imm20

static constexpr TrailingJump Jumps[] = {{FixupKind::RiscV_Call, 0, 0, FarJump},
                                         {FixupKind::RiscV_Jal20, 0, 0, NearJump}};
static constexpr TrailingJump Jumps32[] = {{FixupKind::RiscV_CallWrap, 0, 0, FarJump},
                                           {FixupKind::RiscV_Jal20, 0, 0, NearJump}};

/// auipc rd, imm20; jalr rd', imm12(rd)
static std::optional<int64_t> pairDistance(StringRef FirstForm, ArrayRef<int64_t> First, StringRef SecondForm,
                                           ArrayRef<int64_t> Second) {
  if (FirstForm != "AUIPC" || SecondForm != "JALR" || First.empty() || Second.empty())
    return std::nullopt;
  return SignExtend64<32>(uint64_t(First.back()) << 12) + Second.back();
}

static constexpr Architecture row(ArrayRef<Triple::ArchType> Triples, ArrayRef<TrailingJump> Jumps) {
  return {
      .Kinds = FixupArchitecture::RiscV,
      .Triples = Triples,
      .Features = "+m,+a,+f,+d,+c",
      .FramePointer = "X8",
      .StackPointer = "X2",
      .PairDistance = pairDistance,
      .LowCountsFromHigh = true,
      .TrailingJumps = Jumps,
  };
}

const Architecture ArchRiscV = row(Triples, Jumps);
const Architecture ArchRiscV32 = row(Triples32, Jumps32);

} // namespace stencilgen
