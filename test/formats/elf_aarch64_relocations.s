# Every AArch64 relocation that a stencil can hold becomes its fixup kind, with the addend the file has.
#
# RUN: llvm-mc -filetype=obj -triple=aarch64-unknown-linux-gnu %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK: 0:   fixup aarch64_branch26: called + 0 (R_AARCH64_CALL26)
  bl called
# CHECK: 4:   fixup aarch64_branch26: jumped + 8 (R_AARCH64_JUMP26)
  b jumped + 8
# CHECK: 8:   fixup aarch64_page21: near + 0 (R_AARCH64_ADR_PREL_PG_HI21)
  adrp x0, near
# CHECK: c:   fixup aarch64_pageoff12: near + 0 (R_AARCH64_ADD_ABS_LO12_NC)
  add x0, x0, :lo12:near
# CHECK: 10:   fixup aarch64_pageoff12: near + 1 (R_AARCH64_LDST8_ABS_LO12_NC)
  ldrb w1, [x0, :lo12:near + 1]
# CHECK: 14:   fixup aarch64_pageoff12: near + 2 (R_AARCH64_LDST16_ABS_LO12_NC)
  ldrh w1, [x0, :lo12:near + 2]
# CHECK: 18:   fixup aarch64_pageoff12: near + 4 (R_AARCH64_LDST32_ABS_LO12_NC)
  str w1, [x0, :lo12:near + 4]
# CHECK: 1c:   fixup aarch64_pageoff12: near + 8 (R_AARCH64_LDST64_ABS_LO12_NC)
  ldr d1, [x0, :lo12:near + 8]
# CHECK: 20:   fixup aarch64_pageoff12: near + 16 (R_AARCH64_LDST128_ABS_LO12_NC)
  ldr q1, [x0, :lo12:near + 16]
# CHECK: 24:   fixup aarch64_got_page21: far + 0 (R_AARCH64_ADR_GOT_PAGE)
  adrp x2, :got:far
# CHECK: 28:   fixup aarch64_got_pageoff12: far + 0 (R_AARCH64_LD64_GOT_LO12_NC)
  ldr x2, [x2, :got_lo12:far]
# CHECK: 2c:   fixup aarch64_movw_uabs_g0: value + 0 (R_AARCH64_MOVW_UABS_G0_NC)
  movz x3, #:abs_g0_nc:value
# CHECK: 30:   fixup aarch64_movw_uabs_g1: value + 0 (R_AARCH64_MOVW_UABS_G1_NC)
  movk x3, #:abs_g1_nc:value
# CHECK: 34:   fixup aarch64_movw_uabs_g2: value + 0 (R_AARCH64_MOVW_UABS_G2_NC)
  movk x3, #:abs_g2_nc:value
# CHECK: 38:   fixup aarch64_movw_uabs_g3: value + 0 (R_AARCH64_MOVW_UABS_G3)
  movk x3, #:abs_g3:value
# CHECK: 3c:   fixup aarch64_branch19: near + 0 (R_AARCH64_CONDBR19)
  b.ne near
# CHECK: 40:   fixup aarch64_branch19: near + 4 (R_AARCH64_CONDBR19)
  cbz x1, near + 4
# CHECK: 44:   fixup aarch64_branch14: near + 0 (R_AARCH64_TSTBR14)
  tbnz x1, #3, near
# CHECK: 48:   fixup aarch64_adr21: near + 1 (R_AARCH64_ADR_PREL_LO21)
  adr x1, near + 1
# CHECK: 4c:   fixup aarch64_literal19: near + 0 (R_AARCH64_LD_PREL_LO19)
  ldr x1, near
# CHECK: 50:   fixup aarch64_got_literal19: far + 0 (R_AARCH64_GOT_LD_PREL19)
  ldr x1, :got:far

# CHECK-LABEL: section .data: data,
  .data
# CHECK: 0:   fixup abs64: whole + 0 (R_AARCH64_ABS64)
  .xword whole
# CHECK: 8:   fixup abs32: low + 0 (R_AARCH64_ABS32)
  .word low
# CHECK: c:   fixup pcrel32: near + -4 (R_AARCH64_PREL32)
  .word near - . - 4
# CHECK: 10:   fixup pcrel64: near + 0 (R_AARCH64_PREL64)
  .xword near - .
