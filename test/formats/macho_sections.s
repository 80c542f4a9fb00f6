# Every section that would be loaded is taken, in the order of the file and with its kind; debug information, the
# linker's unwind information and its hints are left out. Symbols count from the start of their section, though the file's
# sections share one address space.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-apple-darwin %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section
# RUN: llvm-mc -filetype=obj -triple=arm64-apple-darwin %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section

# CHECK: section __TEXT,__text: code, alignment 1, 4 bytes, 0 fixups
# CHECK-NEXT: 0: 01 02 03 04
  .section __TEXT,__text,regular,pure_instructions
  .byte 1, 2
_middle:
  .byte 3, 4
_end:

# CHECK: section __TEXT,__cold: code, alignment 16, 1 bytes, 0 fixups
  .section __TEXT,__cold,regular,pure_instructions
  .p2align 4
_cold:
  .byte 5

# CHECK: section __TEXT,__const: read-only data, alignment 8, 8 bytes, 0 fixups
  .section __TEXT,__const
  .p2align 3
_const:
  .quad 7

# CHECK: section __TEXT,__cstring: read-only data, alignment 1, 2 bytes, 0 fixups
  .section __TEXT,__cstring,cstring_literals
  .asciz "a"

# CHECK: section __TEXT,__literal4: read-only data, alignment 4, 4 bytes, 0 fixups
# CHECK: section __TEXT,__literal8: read-only data, alignment 8, 8 bytes, 0 fixups
# CHECK: section __TEXT,__literal16: read-only data, alignment 16, 16 bytes, 0 fixups
  .literal4
  .p2align 2
  .long 1
  .literal8
  .p2align 3
  .quad 1
  .literal16
  .p2align 4
  .quad 1, 2

# Written once, by the loader, but not mapped without the right to write.
# CHECK: section __DATA,__const: data, alignment 8, 8 bytes, 0 fixups
  .section __DATA,__const
  .p2align 3
  .quad 1

# Zeros are not in the file.
  .zerofill __DATA,__bss,_zeros,24,3
# CHECK: section __DATA,__bss: data, alignment 8, 24 bytes, 0 fixups
# CHECK-NEXT: 0: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
# CHECK-NEXT: 10: 00 00 00 00 00 00 00 00 |

# CHECK: section __DATA,__data: data, alignment 1, 1 bytes, 0 fixups
  .section __DATA,__data
  .byte 9

  .section __DWARF,__debug_info,regular,debug
  .long 1
  .section __LD,__compact_unwind,regular,debug
  .quad _middle
  .section __LLVM,__bitcode
  .byte 0
  .addrsig
  .addrsig_sym _const

# CHECK-DAG: symbol '_middle': __TEXT,__text + 0x2
# CHECK-DAG: symbol '_end': __TEXT,__text + 0x4
# CHECK-DAG: symbol '_cold': __TEXT,__cold + 0x0
# CHECK-DAG: symbol '_const': __TEXT,__const + 0x0
# CHECK-DAG: symbol '_zeros': __DATA,__bss + 0x0
