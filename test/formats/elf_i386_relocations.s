# Every i386 relocation that a stencil can hold becomes its fixup kind; the addend is what the bytes hold.
#
# RUN: llvm-mc -filetype=obj -triple=i386-unknown-linux-gnu %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o --slot-size 4 %}
# Addresses wrap at 2^32.
# RUN: %if lld %{ %compare_with_lld %t.o --slot-size 4 --section .text=f0000000 --section .data=1000 --symbol far=10 --symbol called=7fffffff %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK: 1:   fixup i386_branch32: called + -4 (R_386_PC32)
  calll called
# CHECK: 6:   fixup i386_branch32: called + -4 (R_386_PLT32)
  jmp called@PLT
# CHECK: c:   fixup i386_branch32: called + 4 (R_386_PC32)
  jne called + 8
# CHECK: 11:   fixup abs32: value + -5 (R_386_32)
  movl $value - 5, %eax
# CHECK: 16:   fixup abs32: .data + 4 (R_386_32)
  movl place + 4, %eax
# CHECK: 1c:   fixup i386_got_abs32: far + 0 (R_386_GOT32)
  movl far@GOT, %ecx
# CHECK: 22:   fixup i386_got_abs32: far + 0 (R_386_GOT32)
  calll *far@GOT
# CHECK: 28:   fixup i386_got_abs32: value + 0 (R_386_GOT32)
  addl value@GOT, %ecx
# CHECK: 2e:   fixup i386_got_abs32: far + 0 (R_386_GOT32X)
  .byte 0xff, 0x25 # jmpl *far@GOT
  .reloc ., R_386_GOT32X, far
  .long 0

# CHECK-LABEL: section .data: data,
  .data
place:
# CHECK: 0:   fixup abs32: far + -1 (R_386_32)
  .long far - 1
# CHECK: 4:   fixup pcrel32_wrap: far + 16 (R_386_PC32)
  .long far - . + 16
