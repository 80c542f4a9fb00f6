# Every section that would be loaded is taken, in the order of the file and with its kind, also where the linker would choose
# one of several (comdat); directives, hints and debug information are left out. Three sections are in every file.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-pc-windows-msvc %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not="{{^}}section ."
# RUN: llvm-mc -filetype=obj -triple=i686-pc-windows-msvc %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not="{{^}}section ."
# RUN: llvm-mc -filetype=obj -triple=aarch64-pc-windows-msvc %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not="{{^}}section ."

# CHECK: section .text: code, alignment {{[0-9]+}}, 0 bytes, 0 fixups
# CHECK: section .data: data, alignment {{[0-9]+}}, 0 bytes, 0 fixups
# CHECK: section .bss: data, alignment 8, 24 bytes, 0 fixups
# CHECK-NEXT: 0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
# CHECK-NEXT: 10: 00 00 00 00 00 00 00 00 |
  .bss
  .p2align 3
zeros:
  .zero 24

# CHECK: section .text$cold: code, alignment 1, 4 bytes, 0 fixups
# CHECK-NEXT: 0: 01 02 03 04
  .section .text$cold,"xr"
  .byte 1, 2
middle:
  .byte 3, 4
end:

# CHECK: section .rdata: read-only data, alignment 8, 8 bytes, 0 fixups
  .section .rdata,"dr"
  .p2align 3
constant:
  .quad 7

# CHECK: section .text: code, alignment 16, 1 bytes, 0 fixups
  .section .text,"xr",discard,inlined
  .globl inlined
  .p2align 4
inlined:
  .byte 5

# CHECK: section .data$of_a_long_name: data, alignment 1, 1 bytes, 0 fixups
  .section .data$of_a_long_name,"dw"
  .byte 7

# CHECK: section .rdata: read-only data, alignment 1, 1 bytes, 0 fixups
  .section .rdata,"dr",associative,inlined
  .byte 6

  .section .drectve,"yni"
  .ascii " /DEFAULTLIB:libcmt.lib"
  .section .debug$S,"dr"
  .long 4
  .section .debug_info,"dr"
  .long 4
  .section .gfids$y,"dr"
  .symidx inlined
  .addrsig
  .addrsig_sym constant

# CHECK: section symbol '.text': .text + 0x0
# CHECK-DAG: symbol 'inlined': .text + 0x0
# CHECK-DAG: symbol 'middle': .text$cold + 0x2
# CHECK-DAG: symbol 'end': .text$cold + 0x4
# CHECK-DAG: symbol 'constant': .rdata + 0x0
# CHECK-DAG: symbol 'zeros': .bss + 0x0
