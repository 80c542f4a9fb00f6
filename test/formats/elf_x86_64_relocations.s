# Every x86-64 relocation that a stencil can hold becomes its fixup kind, with the addend the file has.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-unknown-linux-gnu %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o --symbol narrow16=0x7ffe --symbol narrow8=0x7e %}

# CHECK-LABEL: section .text: code, alignment 16,
  .text
  .p2align 4
_JIT_ENTRY:
# CHECK: 2:   fixup abs64: whole + 0 (R_X86_64_64)
  movabsq $whole, %rax
# CHECK: b:   fixup abs32: unsigned32 + 7 (R_X86_64_32)
  movl $unsigned32+7, %eax
# CHECK: 12:   fixup abs32s: signed32 + -1 (R_X86_64_32S)
  movq $signed32-1, %rax
# The displacement is the last field: the addend is -4. An immediate of 4 bytes follows it: -8.
# CHECK: 18:   fixup pcrel32: near + -4 (R_X86_64_PC32)
  movl near(%rip), %eax
# CHECK: 1e:   fixup pcrel32: near + -8 (R_X86_64_PC32)
  movl $1, near(%rip)
# CHECK: 27:   fixup x86_64_branch32: callee + -4 (R_X86_64_PLT32)
  call callee
# CHECK: 2c:   fixup x86_64_branch32: callee + -4 (R_X86_64_PLT32)
  jmp callee
# CHECK: 32:   fixup x86_64_branch32: callee + -4 (R_X86_64_PLT32)
  jne callee
# Not relaxable: push and imul read the slot and must go on reading it.
# CHECK: 38:   fixup x86_64_got_pcrel32: slot + -4 (R_X86_64_GOTPCREL)
  pushq slot@GOTPCREL(%rip)
# CHECK: 3e:   fixup abs16: narrow16 + 0 (R_X86_64_16)
  movw $narrow16, %ax
# CHECK: 41:   fixup abs8: narrow8 + 0 (R_X86_64_8)
  movb $narrow8, %al

# CHECK-LABEL: section .rodata: read-only data, alignment 1,
  .section .rodata,"a",@progbits
# CHECK: 0:   fixup pcrel64: far + 16 (R_X86_64_PC64)
  .quad far - . + 16
# CHECK: 8:   fixup pcrel32: far + 0 (R_X86_64_PC32)
  .long far - .
# A local symbol is reached through its section.
# CHECK: c:   fixup abs64: .rodata + 8 (R_X86_64_64)
  .quad .Llocal
.Llocal = .rodata + 8
# The largest and the smallest addend.
# CHECK: 14:   fixup abs64: whole + 9223372036854775807 (R_X86_64_64)
  .reloc ., R_X86_64_64, whole+0x7fffffffffffffff
  .quad 0
# CHECK: 1c:   fixup abs64: whole + -9223372036854775808 (R_X86_64_64)
  .reloc ., R_X86_64_64, whole-0x8000000000000000
  .quad 0

# CHECK: symbol '': undefined
# CHECK: symbol '_JIT_ENTRY': .text + 0x0
# CHECK: section symbol '.rodata': .rodata + 0x0
# CHECK: symbol 'whole': undefined
