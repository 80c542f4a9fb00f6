# Every SPARC V9 relocation that a stencil can hold becomes its fixup kind. Instructions and data are big-endian.
#
# RUN: llvm-mc -filetype=obj -triple=sparc64-unknown-linux-gnu %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o --byte-order big %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK: 0:   fixup sparc64_call30: called + 0 (R_SPARC_WDISP30)
  call called
  nop
# CHECK: 8:   fixup sparc64_hh22: far + 8 (R_SPARC_HH22)
  sethi %hh(far+8), %g1
# CHECK: c:   fixup sparc64_hm10: far + 8 (R_SPARC_HM10)
  or %g1, %hm(far+8), %g1
# CHECK: 10:   fixup sparc64_hi22: far + 8 (R_SPARC_HI22)
  sethi %hi(far+8), %g2
# CHECK: 14:   fixup sparc64_lo10: far + 8 (R_SPARC_LO10)
  ldx [%g2+%lo(far+8)], %g2

# CHECK-LABEL: section .data: data,
  .data
# CHECK: 0:   fixup abs64_be: far + 258 (R_SPARC_64)
  .xword far + 258
# CHECK: 8:   fixup abs32_be: low + 1 (R_SPARC_32)
  .word low + 1
# CHECK: c:   fixup pcrel32_be: beside + 0 (R_SPARC_DISP32)
  .word beside - .
