// The direct branches of AArch64 (Arm Architecture Reference Manual for A-profile, C4.1.66, "Branches,
// Exception Generating and System instructions"). Displacements count instructions from the branch itself,
// and there is one form of each; none is longer than another.
//
//    31       25 24  23                            5  4  3  0
//   +-----------+---+-------------------------------+---+----+
//   |0101010    | 0 | imm19                         | x |cond|  b.cond (x = 0), bc.cond (x = 1): bit 0
//   inverts it
//   +-----------+---+-------------------------------+---+----+
//   |sf 011010  |op | imm19                         |  Rt    |  cbz (op = 0), cbnz (op = 1)
//   +-----------+---+-----+-------------------------+--------+
//   |b5 011011  |op | b40 | imm14                   |  Rt    |  tbz (op = 0), tbnz (op = 1): reach 32 KiB, no
//   symbol
//   +-----------+---+-----+-------------------------+--------+
//   |op 00101   | imm26                                      |  b (op = 0), bl (op = 1)
//   +-----------+--------------------------------------------+
#include "AArch64Instructions.h"
#include "arch/Branches.h"
#include "llvm/Support/Endian.h"

using namespace llvm;

namespace stencilgen {

namespace {

class AArch64Branches final : public BranchCodec {
  /// The field of the target in an instruction.
  struct Field {
    unsigned Low;  ///< bit
    unsigned Bits; ///< width
    uint32_t mask() const { return ((1U << Bits) - 1) << Low; }
  };

public:
  std::optional<ReadBranch> read(ArrayRef<uint8_t> I) const override {
    if (I.size() != 4)
      return std::nullopt;
    uint32_t Word = support::endian::read32le(I.data());
    auto F = fieldOf(Word);
    if (!F)
      return std::nullopt;
    Branch::Type Kind = F->Bits != 26 ? Branch::Conditional : Word >> 31 ? Branch::Call : Branch::Jump;
    int64_t Count = SignExtend64((Word & F->mask()) >> F->Low, F->Bits);
    return ReadBranch{{Kind, Word & ~F->mask()}, Count * 4};
  }

  std::optional<Branch> inverted(Branch B) const override {
    if (B.Kind != Branch::Conditional)
      return std::nullopt;
    bool IsOnFlags = (B.Code & 0xff000000) == 0x54000000;
    if (IsOnFlags && (B.Code & 0xe) == 0xe) // al, nv: always
      return std::nullopt;
    return Branch{B.Kind, B.Code ^ (IsOnFlags ? 1U : 1U << 24)};
  }

  unsigned size(Branch, bool) const override { return 4; }

  bool reaches(Branch B, bool, int64_t Displacement) const override {
    return Displacement % 4 == 0 && isIntN(fieldOf(B.Code)->Bits, Displacement / 4);
  }

  InstructionBytes write(Branch B, bool, int64_t Displacement) const override {
    Field F = *fieldOf(B.Code);
    InstructionBytes Bytes(4);
    support::endian::write32le(Bytes.data(),
                               B.Code | ((static_cast<uint32_t>(Displacement / 4) << F.Low) & F.mask()));
    return Bytes;
  }

  std::optional<BranchFixup> fixup(Branch B) const override {
    switch (fieldOf(B.Code)->Bits) {
    case 26:
      return BranchFixup{FixupKind::AArch64_Branch26, 0, 0};
    case 19:
      return BranchFixup{FixupKind::AArch64_Branch19, 0, 0};
    default:
      return std::nullopt;
    }
  }

private:
  static std::optional<Field> fieldOf(uint32_t Word) {
    if (isBranch26(Word))
      return Field{0, 26};
    if (isBranch19(Word))
      return Field{5, 19};
    if (isBranch14(Word))
      return Field{5, 14};
    return std::nullopt;
  }
};

} // namespace

const BranchCodec &branchesAArch64() {
  static const AArch64Branches Codec;
  return Codec;
}

} // namespace stencilgen
