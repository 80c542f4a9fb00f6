# Every i386 COFF relocation that a stencil can hold becomes its fixup kind, with the addend that lies in the code brought to
# the form S + A - P.
#
# RUN: llvm-mc -filetype=obj -triple=i686-pc-windows-msvc %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section
# The linker wants a global entry.
# RUN: sed 's/^__JIT_ENTRY:/.globl __JIT_ENTRY\n&/' %s > %t.linked.s
# RUN: llvm-mc -filetype=obj -triple=i686-pc-windows-msvc %t.linked.s -o %t.linked.o
# RUN: %if lld %{ %compare_with_lld_fixed %t.linked.o i686-pc-windows-msvc --slot _slot %}

  .text
__JIT_ENTRY:
  pushl $_whole
  movl $_whole+7, %eax
  movl $_whole-1, %eax
  movl _whole, %ecx
  movl _whole, %eax
  calll _callee
  jmp _callee
  jne _callee
  calll *__imp__slot
  jmpl *__imp__slot
  movl __imp__slot, %eax
  movl __imp__slot, %ecx
  cmpl %eax, __imp__slot
  pushl $.Lstring

  .section .rdata,"dr"
  .asciz "first"
.Lstring:
  .asciz "second"
  .long _whole
  .long _whole-.

# CHECK-LABEL: section .text: code, alignment 4, 76 bytes, 14 fixups
# CHECK: 1:   fixup abs32: _whole + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 6:   fixup abs32: _whole + 7 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: b:   fixup abs32: _whole + -1 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 11:   fixup abs32: _whole + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 16:   fixup abs32: _whole + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 1b:   fixup i386_branch32: _callee + -4 (IMAGE_REL_I386_REL32)
# CHECK-NEXT: 20:   fixup i386_branch32: _callee + -4 (IMAGE_REL_I386_REL32)
# CHECK-NEXT: 26:   fixup i386_branch32: _callee + -4 (IMAGE_REL_I386_REL32)
# CHECK-NEXT: 2c:   fixup i386_got_abs32: _slot + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 32:   fixup i386_got_abs32: _slot + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 37:   fixup i386_got_abs32: _slot + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 3d:   fixup i386_got_abs32: _slot + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 43:   fixup i386_got_abs32: _slot + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 48:   fixup abs32: .Lstring + 0 (IMAGE_REL_I386_DIR32)
# CHECK-LABEL: section .data: data, alignment 4, 0 bytes, 0 fixups
# CHECK-LABEL: section .bss: data, alignment 4, 0 bytes, 0 fixups
# CHECK-LABEL: section .rdata: read-only data, alignment 1, 21 bytes, 2 fixups
# CHECK: d:   fixup abs32: _whole + 0 (IMAGE_REL_I386_DIR32)
# CHECK-NEXT: 11:   fixup pcrel32_wrap: _whole + 0 (IMAGE_REL_I386_REL32)
# CHECK-LABEL: section symbol '.text': .text + 0x0
# CHECK-LABEL: section symbol '.data': .data + 0x0
# CHECK-LABEL: section symbol '.bss': .bss + 0x0
# CHECK-LABEL: section symbol '.rdata': .rdata + 0x0
# CHECK: symbol '__JIT_ENTRY': .text + 0x0
# CHECK-NEXT: symbol '_whole': undefined
# CHECK-NEXT: symbol '_callee': undefined
# CHECK-NEXT: import '_slot': undefined
# CHECK-NEXT: symbol '.Lstring': .rdata + 0x6
