// PowerPC64, little-endian (Power ISA 3.1; 64-Bit ELF V2 ABI Specification, section 2.2.2). Instructions have
// 4 bytes, or 8 with a prefix; distances count from their start. LLVM puts zeros behind a function: its
// traceback table, which says nothing.
#include "arch/Architecture.h"

using namespace llvm;

namespace stencilgen {

static constexpr Triple::ArchType Triples[] = {Triple::ppc64le};

static constexpr TrailingJump Jumps[] = {
    {FixupKind::PPC64_Branch24, 0, 0, "00000048"},      // b LI
    {FixupKind::PPC64_Branch24NoToc, 0, 0, "00000048"}, // b LI
};

const Architecture ArchPPC64{
    .Kinds = FixupArchitecture::PPC64,
    .Triples = Triples,
    .Processor = "future",
    .FramePointer = "X31",
    .StackPointer = "X1",
    .HasZerosBehindCode = true,
    .TrailingJumps = Jumps,
};

} // namespace stencilgen
