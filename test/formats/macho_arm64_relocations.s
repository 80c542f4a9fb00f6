# Every ARM64 Mach-O relocation that a stencil can hold becomes its fixup kind, with the addend that stands in a relocation
# of its own, or in data. Mach-O lists relocations from the end of a section to its start.
#
# RUN: llvm-mc -filetype=obj -triple=arm64-apple-darwin %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s --implicit-check-not={{^}}section
# The linker wants a global entry.
# RUN: sed 's/^__JIT_ENTRY:/.globl __JIT_ENTRY\n&/' %s > %t.linked.s
# RUN: llvm-mc -filetype=obj -triple=arm64-apple-darwin %t.linked.s -o %t.linked.o
# RUN: %if lld %{ %compare_with_lld_fixed %t.linked.o arm64-apple-darwin --slot _slot %}

  .section __TEXT,__text,regular,pure_instructions
  .p2align 2
__JIT_ENTRY:
  bl _callee
  b _callee
  b _callee+8
  adrp x0, _near@PAGE
  add x0, x0, _near@PAGEOFF
  adrp x0, _near@PAGE+4095
  add x0, x0, _near@PAGEOFF+4095
  ldr x0, [x0, _near@PAGEOFF]
  ldrb w0, [x0, _near@PAGEOFF]
  ldrh w0, [x0, _near@PAGEOFF]
  str w0, [x0, _near@PAGEOFF]
  ldr q0, [x0, _near@PAGEOFF]
  adrp x8, _slot@GOTPAGE
  ldr x8, [x8, _slot@GOTPAGEOFF]
  adrp x0, L_string@PAGE
  add x0, x0, L_string@PAGEOFF

  .section __TEXT,__cstring,cstring_literals
  .asciz "first"
L_string:
  .asciz "second"

  .section __DATA,__data
  .p2align 3
l_data:
  .quad _whole
  .quad _whole+7
  .quad _whole-1
  .quad L_string
  .quad l_data

# CHECK-LABEL: section __TEXT,__text: code, alignment 4, 64 bytes, 16 fixups
# CHECK: 3c:   fixup aarch64_pageoff12: L_string + 0 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: 38:   fixup aarch64_page21: L_string + 0 (ARM64_RELOC_PAGE21)
# CHECK-NEXT: 34:   fixup aarch64_got_pageoff12: _slot + 0 (ARM64_RELOC_GOT_LOAD_PAGEOFF12)
# CHECK-NEXT: 30:   fixup aarch64_got_page21: _slot + 0 (ARM64_RELOC_GOT_LOAD_PAGE21)
# CHECK-NEXT: 2c:   fixup aarch64_pageoff12: _near + 0 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: 28:   fixup aarch64_pageoff12: _near + 0 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: 24:   fixup aarch64_pageoff12: _near + 0 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: 20:   fixup aarch64_pageoff12: _near + 0 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: 1c:   fixup aarch64_pageoff12: _near + 0 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: 18:   fixup aarch64_pageoff12: _near + 4095 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: 14:   fixup aarch64_page21: _near + 4095 (ARM64_RELOC_PAGE21)
# CHECK-NEXT: 10:   fixup aarch64_pageoff12: _near + 0 (ARM64_RELOC_PAGEOFF12)
# CHECK-NEXT: c:   fixup aarch64_page21: _near + 0 (ARM64_RELOC_PAGE21)
# CHECK-NEXT: 8:   fixup aarch64_branch26: _callee + 8 (ARM64_RELOC_BRANCH26)
# CHECK-NEXT: 4:   fixup aarch64_branch26: _callee + 0 (ARM64_RELOC_BRANCH26)
# CHECK-NEXT: 0:   fixup aarch64_branch26: _callee + 0 (ARM64_RELOC_BRANCH26)
# CHECK-LABEL: section __TEXT,__cstring: read-only data, alignment 1, 13 bytes, 0 fixups
# CHECK-LABEL: section __DATA,__data: data, alignment 8, 40 bytes, 5 fixups
# CHECK: 20:   fixup abs64: l_data + 0 (ARM64_RELOC_UNSIGNED)
# CHECK-NEXT: 18:   fixup abs64: L_string + 0 (ARM64_RELOC_UNSIGNED)
# CHECK-NEXT: 10:   fixup abs64: _whole + -1 (ARM64_RELOC_UNSIGNED)
# CHECK-NEXT: 8:   fixup abs64: _whole + 7 (ARM64_RELOC_UNSIGNED)
# CHECK-NEXT: 0:   fixup abs64: _whole + 0 (ARM64_RELOC_UNSIGNED)
# CHECK-NEXT: symbol 'ltmp0': __TEXT,__text + 0x0
# CHECK-NEXT: symbol '__JIT_ENTRY': __TEXT,__text + 0x0
# CHECK-NEXT: symbol 'L_string': __TEXT,__cstring + 0x6
# CHECK-NEXT: symbol 'ltmp1': __TEXT,__cstring + 0x0
# CHECK-NEXT: symbol 'ltmp2': __DATA,__data + 0x0
# CHECK-NEXT: symbol 'l_data': __DATA,__data + 0x0
# CHECK-NEXT: symbol '_callee': undefined
# CHECK-NEXT: symbol '_near': undefined
# CHECK-NEXT: symbol '_slot': undefined
# CHECK-NEXT: symbol '_whole': undefined
