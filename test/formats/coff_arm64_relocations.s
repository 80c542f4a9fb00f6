# Every ARM64 COFF relocation that a stencil can hold becomes its fixup kind, with the addend that lies in the instructions:
# bytes in adrp and add, units of the access in loads and stores.
#
# RUN: llvm-mc -filetype=obj -triple=aarch64-pc-windows-msvc %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section
# The linker wants a global entry.
# RUN: sed 's/^_JIT_ENTRY:/.globl _JIT_ENTRY\n&/' %s > %t.linked.s
# RUN: llvm-mc -filetype=obj -triple=aarch64-pc-windows-msvc %t.linked.s -o %t.linked.o
# RUN: %if lld %{ %compare_with_lld_fixed %t.linked.o aarch64-pc-windows-msvc --slot slot %}

  .text
_JIT_ENTRY:
  bl callee
  b callee
  adrp x0, near
  add x0, x0, :lo12:near
  adrp x0, near+9
  add x0, x0, :lo12:near+9
  ldr x0, [x0, :lo12:near]
  ldr x0, [x0, :lo12:near+16]
  ldrb w0, [x0, :lo12:near+3]
  ldrh w0, [x0, :lo12:near+6]
  str w0, [x0, :lo12:near+12]
  ldr q0, [x0, :lo12:near+32]
  adrp x8, __imp_slot
  ldr x8, [x8, :lo12:__imp_slot]
  adrp x0, .Lstring
  add x0, x0, :lo12:.Lstring

  .section .rdata,"dr"
  .asciz "first"
.Lstring:
  .asciz "second"
  .p2align 3
  .xword whole
  .xword whole+7
  .word unsigned32
  .word near-.

# CHECK-LABEL: section .text: code, alignment 4, 64 bytes, 16 fixups
# CHECK: 0:   fixup aarch64_branch26: callee + 0 (IMAGE_REL_ARM64_BRANCH26)
# CHECK-NEXT: 4:   fixup aarch64_branch26: callee + 0 (IMAGE_REL_ARM64_BRANCH26)
# CHECK-NEXT: 8:   fixup aarch64_page21: near + 0 (IMAGE_REL_ARM64_PAGEBASE_REL21)
# CHECK-NEXT: c:   fixup aarch64_pageoff12: near + 0 (IMAGE_REL_ARM64_PAGEOFFSET_12A)
# CHECK-NEXT: 10:   fixup aarch64_page21: near + 9 (IMAGE_REL_ARM64_PAGEBASE_REL21)
# CHECK-NEXT: 14:   fixup aarch64_pageoff12: near + 9 (IMAGE_REL_ARM64_PAGEOFFSET_12A)
# CHECK-NEXT: 18:   fixup aarch64_pageoff12: near + 0 (IMAGE_REL_ARM64_PAGEOFFSET_12L)
# CHECK-NEXT: 1c:   fixup aarch64_pageoff12: near + 16 (IMAGE_REL_ARM64_PAGEOFFSET_12L)
# CHECK-NEXT: 20:   fixup aarch64_pageoff12: near + 3 (IMAGE_REL_ARM64_PAGEOFFSET_12L)
# CHECK-NEXT: 24:   fixup aarch64_pageoff12: near + 6 (IMAGE_REL_ARM64_PAGEOFFSET_12L)
# CHECK-NEXT: 28:   fixup aarch64_pageoff12: near + 12 (IMAGE_REL_ARM64_PAGEOFFSET_12L)
# CHECK-NEXT: 2c:   fixup aarch64_pageoff12: near + 32 (IMAGE_REL_ARM64_PAGEOFFSET_12L)
# CHECK-NEXT: 30:   fixup aarch64_got_page21: slot + 0 (IMAGE_REL_ARM64_PAGEBASE_REL21)
# CHECK-NEXT: 34:   fixup aarch64_got_pageoff12: slot + 0 (IMAGE_REL_ARM64_PAGEOFFSET_12L)
# CHECK-NEXT: 38:   fixup aarch64_page21: .rdata + 6 (IMAGE_REL_ARM64_PAGEBASE_REL21)
# CHECK-NEXT: 3c:   fixup aarch64_pageoff12: .rdata + 6 (IMAGE_REL_ARM64_PAGEOFFSET_12A)
# CHECK-LABEL: section .data: data, alignment 4, 0 bytes, 0 fixups
# CHECK-LABEL: section .bss: data, alignment 4, 0 bytes, 0 fixups
# CHECK-LABEL: section .rdata: read-only data, alignment 8, 40 bytes, 4 fixups
# CHECK: 10:   fixup abs64: whole + 0 (IMAGE_REL_ARM64_ADDR64)
# CHECK-NEXT: 18:   fixup abs64: whole + 7 (IMAGE_REL_ARM64_ADDR64)
# CHECK-NEXT: 20:   fixup abs32: unsigned32 + 0 (IMAGE_REL_ARM64_ADDR32)
# CHECK-NEXT: 24:   fixup pcrel32: near + 0 (IMAGE_REL_ARM64_REL32)
# CHECK-LABEL: section symbol '.text': .text + 0x0
# CHECK-LABEL: section symbol '.data': .data + 0x0
# CHECK-LABEL: section symbol '.bss': .bss + 0x0
# CHECK-LABEL: section symbol '.rdata': .rdata + 0x0
# CHECK: symbol '_JIT_ENTRY': .text + 0x0
# CHECK-NEXT: symbol 'callee': undefined
# CHECK-NEXT: symbol 'near': undefined
# CHECK-NEXT: import 'slot': undefined
# CHECK-NEXT: symbol 'whole': undefined
# CHECK-NEXT: symbol 'unsigned32': undefined
