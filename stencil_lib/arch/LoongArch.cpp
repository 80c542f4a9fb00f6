// LoongArch of 64 bits (LoongArch Reference Manual, volume 1; LoongArch ELF psABI, "Register Convention").
// Instructions have 4 bytes; distances count from their start.
#include "arch/Architecture.h"

using namespace llvm;

namespace stencilgen {

static constexpr Triple::ArchType Triples[] = {Triple::loongarch64};

static constexpr TrailingJump Jumps[] = {
    {FixupKind::LoongArch_Branch26, 0, 0, "00000050"},       // b offs26
    {FixupKind::LoongArch_Call36, 0, 0, "1400001e8002004c"}, // pcaddu18i $t8, si20; jirl $zero, $t8, offs16
};

const Architecture ArchLoongArch{
    .Kinds = FixupArchitecture::LoongArch,
    .Triples = Triples,
    .FramePointer = "R22",
    .StackPointer = "R3",
    .TrailingJumps = Jumps,
};

} // namespace stencilgen
