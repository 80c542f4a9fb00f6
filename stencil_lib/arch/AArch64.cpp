// AArch64 (Arm Architecture Reference Manual for A-profile; Procedure Call Standard for the Arm 64-bit
// Architecture, section 6.1.1, for the registers). Instructions have 4 bytes; distances count from their
// start.
#include "arch/Architecture.h"

using namespace llvm;

namespace stencilgen {

static std::optional<int64_t> growthOfStack(StringRef Form, ArrayRef<int64_t> Immediates) {
  int64_t Last = Immediates.empty() ? 0 : Immediates.back();
  if (Form == "SUBXri" && Immediates.size() == 2)
    return Immediates[0] << Last;
  if (Form == "ADDXri" && Immediates.size() == 2)
    return -(Immediates[0] << Last);
  // A pair's offset counts registers, that of a single one bytes.
  bool IsIndexed = Form.ends_with("pre") || Form.ends_with("post");
  if (IsIndexed && (Form.starts_with("STPX") || Form.starts_with("LDPX") || Form.starts_with("STPD") ||
                    Form.starts_with("LDPD")))
    return -8 * Last;
  if (IsIndexed && (Form.starts_with("STRX") || Form.starts_with("LDRX") || Form.starts_with("STRD") ||
                    Form.starts_with("LDRD")))
    return -Last;
  return std::nullopt;
}

static constexpr Triple::ArchType Triples[] = {Triple::aarch64, Triple::aarch64_be};

static constexpr TrailingJump Jumps[] = {
    {FixupKind::AArch64_Branch26, 0, 0, "00000014"}, // b imm26
};

const Architecture ArchAArch64{
    .Kinds = FixupArchitecture::AArch64,
    .Triples = Triples,
    .Features = "+all",
    .FramePointer = "FP",
    .StackPointer = "SP",
    .GrowthOfStack = growthOfStack,
    .TrailingJumps = Jumps,
    .Branches = branchesAArch64,
    .RuntimeName = "SG_ARCH_AARCH64",
};

} // namespace stencilgen
