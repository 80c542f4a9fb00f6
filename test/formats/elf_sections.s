# Every allocatable section is taken, in the order of the file and with its kind; everything else is left out.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-unknown-linux-gnu %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section

# CHECK: section .text: code, alignment 4, 0 bytes, 0 fixups
# CHECK: section .text.cold: code, alignment 1, 1 bytes, 0 fixups
# CHECK-NEXT: 0: c3
  .section .text.cold,"ax",@progbits
  ret
# CHECK: section .ltext: code, alignment 16, 2 bytes, 0 fixups
  .section .ltext,"axl",@progbits
  .p2align 4
  nop
  ret
# CHECK: section .rodata: read-only data, alignment 8, 8 bytes, 0 fixups
# CHECK-NEXT: 0: 08 07 06 05 04 03 02 01
  .section .rodata,"a",@progbits
  .p2align 3
  .quad 0x0102030405060708
# CHECK: section .rodata.str1.1: read-only data, alignment 1, 18 bytes, 0 fixups
# CHECK-NEXT: 0: 61 20 73 74 72 69 6e 67 20 6f 66 20 31 36 20 2e |a string of 16 .|
# CHECK-NEXT: 10: 0a 00 {{ *}}|..|
  .section .rodata.str1.1,"aMS",@progbits,1
  .asciz "a string of 16 .\n"
# CHECK: section .rodata.cst16: read-only data, alignment 16, 16 bytes, 0 fixups
  .section .rodata.cst16,"aM",@progbits,16
  .p2align 4
  .octa 1
# CHECK: section .lrodata: read-only data, alignment 1, 1 bytes, 0 fixups
  .section .lrodata,"al",@progbits
  .byte 1
# CHECK: section .data: data, alignment 4096, 1 bytes, 0 fixups
  .data
  .p2align 12
  .byte 2
# Zeros that the file does not hold.
# CHECK: section .bss: data, alignment 1, 17 bytes, 0 fixups
# CHECK-NEXT: 0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 |................|
# CHECK-NEXT: 10: 00 {{ *}}|.|
  .bss
in_bss:
  .zero 17
# Code that is written to is code: what may be executed decides.
# CHECK: section .wtext: code, alignment 1, 1 bytes, 0 fixups
  .section .wtext,"awx",@progbits
  ret
# CHECK: section .empty: read-only data, alignment 1, 0 bytes, 0 fixups
  .section .empty,"a",@progbits

# Not loaded, or about the object as a whole. The relocation in a section that is not loaded plays no part, whatever
# its type.
  .section .note.gnu.property,"a",@note
  .long 1
  .section .debug_info,"",@progbits
in_debug_info:
  .quad tls@dtpoff
  .section ".note.GNU-stack","",@progbits
  .comm shared,8,8
  .globl absolute
absolute = 42

# Symbols outside what is loaded are undefined, so that using one names it.
# CHECK: symbol 'in_bss': .bss + 0x0
# CHECK-NEXT: symbol 'in_debug_info': undefined
# CHECK: symbol 'shared': undefined
# CHECK: symbol 'absolute': undefined
