// The direct branches of x86 (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, Jcc,
// JMP, CALL, JCXZ, LOOP).
//
//   short                    long
//   +---------+------+       +----+---------+------------------------+
//   | 70 + cc | rel8 |       | 0f | 80 + cc | rel32                  |   jcc: bit 0 of cc inverts it
//   +---------+------+       +----+---------+------------------------+
//   | eb      | rel8 |       | e9      | rel32                       |   jmp
//   +---------+------+       +---------+-----------------------------+
//   | e0 - e3 | rel8 |                                                  loopne, loope, loop, jrcxz
//   +---------+------+       | e8      | rel32                       |   call
//                            +---------+-----------------------------+
//
// Displacements count from the end of the instruction.
#include "arch/Branches.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

namespace {

class X86Branches final : public BranchCodec {
  /// Codes beyond the condition's four bits.
  static constexpr uint32_t Jmp = 0xeb, CallRel32 = 0xe8;

public:
  explicit X86Branches(FixupKind SymbolKind) : SymbolKind(SymbolKind) {}

  std::optional<ReadBranch> read(ArrayRef<uint8_t> I) const override {
    auto Rel8 = [&] { return 2 + static_cast<int8_t>(I[1]); };
    auto Rel32 = [&](unsigned At) {
      return static_cast<int64_t>(At) + 4 + static_cast<int32_t>(support::endian::read32le(&I[At]));
    };
    if (I.size() == 2 && (I[0] & 0xf0) == 0x70)
      return ReadBranch{{Branch::Conditional, I[0] & 0xfU}, Rel8()};
    if (I.size() == 2 && I[0] >= 0xe0 && I[0] <= 0xe3)
      return ReadBranch{{Branch::Conditional, I[0]}, Rel8()};
    if (I.size() == 2 && I[0] == 0xeb)
      return ReadBranch{{Branch::Jump, Jmp}, Rel8()};
    if (I.size() == 6 && I[0] == 0x0f && (I[1] & 0xf0) == 0x80)
      return ReadBranch{{Branch::Conditional, I[1] & 0xfU}, Rel32(2)};
    if (I.size() == 5 && I[0] == 0xe9)
      return ReadBranch{{Branch::Jump, Jmp}, Rel32(1)};
    if (I.size() == 5 && I[0] == 0xe8)
      return ReadBranch{{Branch::Call, CallRel32}, Rel32(1)};
    return std::nullopt;
  }

  std::optional<Branch> inverted(Branch B) const override {
    if (!isJcc(B))
      return std::nullopt;
    return Branch{B.Kind, B.Code ^ 1};
  }

  unsigned size(Branch B, bool Long) const override {
    if (B.Kind == Branch::Call)
      return 5;
    return !Long || isShortOnly(B) ? 2 : B.Kind == Branch::Jump ? 5 : 6;
  }

  bool reaches(Branch B, bool Long, int64_t Displacement) const override {
    int64_t FromEnd = Displacement - size(B, Long);
    return size(B, Long) == 2 ? isInt<8>(FromEnd) : isInt<32>(FromEnd);
  }

  InstructionBytes write(Branch B, bool Long, int64_t Displacement) const override {
    InstructionBytes Bytes;
    unsigned Size = size(B, Long);
    auto FromEnd = static_cast<uint32_t>(Displacement - Size);
    if (Size == 2) {
      Bytes = {static_cast<uint8_t>(isJcc(B) ? 0x70 | B.Code : B.Code), static_cast<uint8_t>(FromEnd)};
      return Bytes;
    }
    if (B.Kind == Branch::Conditional)
      Bytes = {0x0f, static_cast<uint8_t>(0x80 | B.Code)};
    else
      Bytes = {static_cast<uint8_t>(B.Kind == Branch::Jump ? 0xe9 : 0xe8)};
    Bytes.resize(Size);
    support::endian::write32le(&Bytes[Size - 4], FromEnd);
    return Bytes;
  }

  std::optional<BranchFixup> fixup(Branch B) const override {
    if (isShortOnly(B))
      return std::nullopt;
    return BranchFixup{SymbolKind, size(B, /*Long=*/true) - 4, -4};
  }

private:
  static bool isJcc(Branch B) { return B.Kind == Branch::Conditional && B.Code < 16; }
  static bool isShortOnly(Branch B) { return B.Kind == Branch::Conditional && B.Code >= 16; }

  FixupKind SymbolKind;
};

} // namespace

const BranchCodec &branchesX86(bool Is64Bit) {
  static const X86Branches Codec64(FixupKind::X86_64_Branch32), Codec32(FixupKind::I386_Branch32);
  return Is64Bit ? Codec64 : Codec32;
}

} // namespace stencilgen
