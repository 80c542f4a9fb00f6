// x86-64 and i386 (Intel 64 and IA-32 Architectures Software Developer's Manual).
//
// Peculiarities: instructions have 1 to 15 bytes and operands are whole bytes. A displacement counts from the
// end of the instruction. The JIT makes instructions that read a data slot use the value itself:
//
//   48 8b 05 <disp32>  mov slot(%rip), %rax  ->  48 8d 05 <disp32>  lea target(%rip), %rax
//   ff 15 <disp32>     call *slot(%rip)      ->  90 e8 <rel32>      nop; call target
//   ff 25 <disp32>     jmp *slot(%rip)       ->  90 e9 <rel32>      nop; jmp target
#include "arch/Architecture.h"

using namespace llvm;

namespace stencilgen {

static std::optional<int64_t> growthOfStack64(StringRef Form, ArrayRef<int64_t> Immediates) {
  int64_t Last = Immediates.empty() ? 0 : Immediates.back();
  if (Form.starts_with("PUSH64"))
    return 8;
  if (Form.starts_with("POP64"))
    return -8;
  if (Form.starts_with("SUB64ri"))
    return Last;
  if (Form.starts_with("ADD64ri"))
    return -Last;
  return std::nullopt;
}

static const BranchCodec &branches64() { return branchesX86(/*Is64Bit=*/true); }
static const BranchCodec &branches32() { return branchesX86(/*Is64Bit=*/false); }

static constexpr Triple::ArchType Triples64[] = {Triple::x86_64}, Triples32[] = {Triple::x86};

static constexpr TrailingJump Jumps64[] = {
    {FixupKind::X86_64_Branch32, -4, 1, "e9xxxxxxxx"},            // jmp rel32
    {FixupKind::X86_64_GotPCRel32Relax, -4, 3, "48ff25xxxxxxxx"}, // rex64 jmp *disp32(%rip)
    {FixupKind::X86_64_GotPCRel32Relax, -4, 2, "ff25xxxxxxxx", /*IsPlainSlotJump=*/true}, // jmp *disp32(%rip)
};

static constexpr TrailingJump Jumps32[] = {
    {FixupKind::I386_Branch32, -4, 1, "e9xxxxxxxx"}, // jmp rel32
};

const Architecture ArchX86_64{
    .Kinds = FixupArchitecture::X86_64,
    .Triples = Triples64,
    .FramePointer = "RBP",
    .StackPointer = "RSP",
    .GrowthOfStack = growthOfStack64,
    .CountsFromEnd = true,
    .HasWholeOperands = true,
    .RelaxedOpcodeBytes = 2,
    .TrailingJumps = Jumps64,
    .Branches = branches64,
    .RuntimeName = "SG_ARCH_X86_64",
};

const Architecture ArchI386{
    .Kinds = FixupArchitecture::I386,
    .Triples = Triples32,
    .FramePointer = "EBP",
    .StackPointer = "ESP",
    .CountsFromEnd = true,
    .HasWholeOperands = true,
    .HasAddendsInCode = true,
    .RelaxedOpcodeBytes = 2,
    .TrailingJumps = Jumps32,
    .Branches = branches32,
};

} // namespace stencilgen
