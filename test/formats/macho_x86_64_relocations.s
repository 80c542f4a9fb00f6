# Every x86-64 Mach-O relocation that a stencil can hold becomes its fixup kind, with the addend that lies in the code
# brought to the form S + A - P. Mach-O lists relocations from the end of a section to its start; where it names a section
# and an address, a section symbol stands for it.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-apple-darwin %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section
# The linker wants a global entry and refuses a branch that names a section.
# RUN: sed 's/^__JIT_ENTRY:/.globl __JIT_ENTRY\n&/; /jmp L_elsewhere/d' %s > %t.linked.s
# RUN: llvm-mc -filetype=obj -triple=x86_64-apple-darwin %t.linked.s -o %t.linked.o
# RUN: %if lld %{ %compare_with_lld_fixed %t.linked.o x86_64-apple-darwin --slot _slot %}

  .section __TEXT,__text,regular,pure_instructions
  .p2align 4
__JIT_ENTRY:
  movabsq $_whole+5, %rax
  movabsq $_whole-1, %rax
  callq _callee
  jmp _callee
  jne _callee
  leaq _near(%rip), %rax
  leaq _near+16(%rip), %rax
  movb $1, _near(%rip)
  movw $1, _near+2(%rip)
  movl $1, _near(%rip)
  movq _slot@GOTPCREL(%rip), %rax
  movq _slot@GOTPCREL(%rip), %r15
  callq *_slot@GOTPCREL(%rip)
  jmpq *_slot@GOTPCREL(%rip)
  cmpq _slot@GOTPCREL(%rip), %rax
  pushq _slot@GOTPCREL(%rip)
# Local to the file: the relocation names a section, and the field an address.
  leaq L_string(%rip), %rax
  leaq L_string+3(%rip), %rax
  movb $1, L_data(%rip)
  movl $1, L_data(%rip)
  jmp L_elsewhere

  .section __TEXT,__cold,regular,pure_instructions
  nop
L_elsewhere:
  retq

  .section __TEXT,__cstring,cstring_literals
  .asciz "first"
L_string:
  .asciz "second"

  .section __DATA,__data
  .quad 0
L_data:
  .quad _whole+7
  .quad L_string
  .quad L_data+1
  .long _slot@GOTPCREL+4

# CHECK-LABEL: section __TEXT,__text: code, alignment 16, 151 bytes, 21 fixups
# CHECK: 93:   fixup x86_64_branch32: __TEXT,__cold + -3 (X86_64_RELOC_BRANCH)
# CHECK-NEXT: 8a:   fixup pcrel32: __DATA,__data + 0 (X86_64_RELOC_SIGNED_4)
# CHECK-NEXT: 83:   fixup pcrel32: __DATA,__data + 3 (X86_64_RELOC_SIGNED_1)
# CHECK-NEXT: 7d:   fixup pcrel32: L_string + -1 (X86_64_RELOC_SIGNED)
# CHECK-NEXT: 76:   fixup pcrel32: __TEXT,__cstring + 2 (X86_64_RELOC_SIGNED)
# CHECK-NEXT: 6f:   fixup x86_64_got_pcrel32: _slot + -4 (X86_64_RELOC_GOT)
# CHECK-NEXT: 69:   fixup x86_64_got_pcrel32: _slot + -4 (X86_64_RELOC_GOT)
# CHECK-NEXT: 62:   fixup x86_64_got_pcrel32_relax: _slot + -4 (X86_64_RELOC_GOT)
# CHECK-NEXT: 5c:   fixup x86_64_got_pcrel32_relax: _slot + -4 (X86_64_RELOC_GOT)
# CHECK-NEXT: 56:   fixup x86_64_got_pcrel32_relax_rex: _slot + -4 (X86_64_RELOC_GOT_LOAD)
# CHECK-NEXT: 4f:   fixup x86_64_got_pcrel32_relax_rex: _slot + -4 (X86_64_RELOC_GOT_LOAD)
# CHECK-NEXT: 44:   fixup pcrel32: _near + -8 (X86_64_RELOC_SIGNED_4)
# CHECK-NEXT: 3c:   fixup pcrel32: _near + -4 (X86_64_RELOC_SIGNED)
# CHECK-NEXT: 34:   fixup pcrel32: _near + -5 (X86_64_RELOC_SIGNED_1)
# CHECK-NEXT: 2e:   fixup pcrel32: _near + 12 (X86_64_RELOC_SIGNED)
# CHECK-NEXT: 27:   fixup pcrel32: _near + -4 (X86_64_RELOC_SIGNED)
# CHECK-NEXT: 20:   fixup x86_64_branch32: _callee + -4 (X86_64_RELOC_BRANCH)
# CHECK-NEXT: 1a:   fixup x86_64_branch32: _callee + -4 (X86_64_RELOC_BRANCH)
# CHECK-NEXT: 15:   fixup x86_64_branch32: _callee + -4 (X86_64_RELOC_BRANCH)
# CHECK-NEXT: c:   fixup abs64: _whole + -1 (X86_64_RELOC_UNSIGNED)
# CHECK-NEXT: 2:   fixup abs64: _whole + 5 (X86_64_RELOC_UNSIGNED)
# CHECK-LABEL: section __TEXT,__cold: code, alignment 1, 2 bytes, 0 fixups
# CHECK-LABEL: section __TEXT,__cstring: read-only data, alignment 1, 13 bytes, 0 fixups
# CHECK-LABEL: section __DATA,__data: data, alignment 1, 36 bytes, 4 fixups
# CHECK: 20:   fixup x86_64_got_pcrel32: _slot + 0 (X86_64_RELOC_GOT)
# CHECK-NEXT: 18:   fixup abs64: __DATA,__data + 9 (X86_64_RELOC_UNSIGNED)
# CHECK-NEXT: 10:   fixup abs64: L_string + 0 (X86_64_RELOC_UNSIGNED)
# CHECK-NEXT: 8:   fixup abs64: _whole + 7 (X86_64_RELOC_UNSIGNED)
# CHECK-NEXT: symbol '__JIT_ENTRY': __TEXT,__text + 0x0
# CHECK-NEXT: symbol 'L_string': __TEXT,__cstring + 0x6
# CHECK-NEXT: symbol '_callee': undefined
# CHECK-NEXT: symbol '_near': undefined
# CHECK-NEXT: symbol '_slot': undefined
# CHECK-NEXT: symbol '_whole': undefined
# CHECK-LABEL: section symbol '__TEXT,__cold': __TEXT,__cold + 0x0
# CHECK-LABEL: section symbol '__DATA,__data': __DATA,__data + 0x0
# CHECK-LABEL: section symbol '__TEXT,__cstring': __TEXT,__cstring + 0x0
