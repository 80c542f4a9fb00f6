# Every x64 COFF relocation that a stencil can hold becomes its fixup kind, with the addend that lies in the code brought to
# the form S + A - P. One relocation serves branches, operands and pointers of the loader's: the instruction and the symbol
# tell which.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-pc-windows-msvc %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section
# The linker wants a global entry.
# RUN: sed 's/^_JIT_ENTRY:/.globl _JIT_ENTRY\n&/' %s > %t.linked.s
# RUN: llvm-mc -filetype=obj -triple=x86_64-pc-windows-msvc %t.linked.s -o %t.linked.o
# RUN: %if lld %{ %compare_with_lld_fixed %t.linked.o x86_64-pc-windows-msvc --slot slot %}

  .text
_JIT_ENTRY:
  movabsq $whole, %rax
  movabsq $whole+5, %rax
  movl $unsigned32+7, %eax
  movq $signed32-1, %rax
  callq callee
  jmp callee
  jne callee
  leaq near(%rip), %rax
  leaq near+16(%rip), %rax
  movb $1, near(%rip)
  movw $1, near(%rip)
  movl $1, near(%rip)
  callq *__imp_slot(%rip)
  jmpq *__imp_slot(%rip)
  rex64 jmpq *__imp_slot(%rip)
  movq __imp_slot(%rip), %rax
  movq __imp_slot(%rip), %r15
  cmpq __imp_slot(%rip), %rax
  cmpq $1, __imp_slot(%rip)
  leaq .Lstring(%rip), %rax
  movsd "__real@3ff0000000000000"(%rip), %xmm0

  .section .rdata,"dr"
  .asciz "first"
.Lstring:
  .asciz "second"
  .quad whole+7
  .long unsigned32
  .long near-.

  .section .rdata,"dr",discard,"__real@3ff0000000000000"
  .globl "__real@3ff0000000000000"
  .p2align 3
"__real@3ff0000000000000":
  .quad 0x3ff0000000000000

# CHECK-LABEL: section .text: code, alignment 4, 151 bytes, 21 fixups
# CHECK: 2:   fixup abs64: whole + 0 (IMAGE_REL_AMD64_ADDR64)
# CHECK-NEXT: c:   fixup abs64: whole + 5 (IMAGE_REL_AMD64_ADDR64)
# CHECK-NEXT: 15:   fixup abs32: unsigned32 + 7 (IMAGE_REL_AMD64_ADDR32)
# CHECK-NEXT: 1c:   fixup abs32s: signed32 + -1 (IMAGE_REL_AMD64_ADDR32)
# CHECK-NEXT: 21:   fixup x86_64_branch32: callee + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 26:   fixup x86_64_branch32: callee + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 2c:   fixup x86_64_branch32: callee + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 33:   fixup pcrel32: near + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 3a:   fixup pcrel32: near + 12 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 40:   fixup pcrel32: near + -5 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 48:   fixup pcrel32: near + -6 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 50:   fixup pcrel32: near + -8 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 5a:   fixup x86_64_got_pcrel32_relax: slot + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 60:   fixup x86_64_got_pcrel32_relax: slot + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 67:   fixup x86_64_got_pcrel32_relax: slot + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 6e:   fixup x86_64_got_pcrel32_relax_rex: slot + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 75:   fixup x86_64_got_pcrel32_relax_rex: slot + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 7c:   fixup x86_64_got_pcrel32: slot + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 83:   fixup x86_64_got_pcrel32: slot + -5 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 8b:   fixup pcrel32: .rdata + 2 (IMAGE_REL_AMD64_REL32)
# CHECK-NEXT: 93:   fixup pcrel32: __real@3ff0000000000000 + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-LABEL: section .data: data, alignment 4, 0 bytes, 0 fixups
# CHECK-LABEL: section .bss: data, alignment 4, 0 bytes, 0 fixups
# CHECK-LABEL: section .rdata: read-only data, alignment 1, 29 bytes, 3 fixups
# CHECK: d:   fixup abs64: whole + 7 (IMAGE_REL_AMD64_ADDR64)
# CHECK-NEXT: 15:   fixup abs32: unsigned32 + 0 (IMAGE_REL_AMD64_ADDR32)
# CHECK-NEXT: 19:   fixup pcrel32: near + 0 (IMAGE_REL_AMD64_REL32)
# CHECK-LABEL: section .rdata: read-only data, alignment 8, 8 bytes, 0 fixups
# CHECK-LABEL: section symbol '.text': .text + 0x0
# CHECK-LABEL: section symbol '.data': .data + 0x0
# CHECK-LABEL: section symbol '.bss': .bss + 0x0
# CHECK-LABEL: section symbol '.rdata': .rdata + 0x0
# CHECK-LABEL: section symbol '.rdata': .rdata + 0x0
# CHECK: symbol '__real@3ff0000000000000': .rdata + 0x0
# CHECK-NEXT: symbol '_JIT_ENTRY': .text + 0x0
# CHECK-NEXT: symbol 'whole': undefined
# CHECK-NEXT: symbol 'unsigned32': undefined
# CHECK-NEXT: symbol 'signed32': undefined
# CHECK-NEXT: symbol 'callee': undefined
# CHECK-NEXT: symbol 'near': undefined
# CHECK-NEXT: import 'slot': undefined
