# Every Arm relocation that a stencil can hold becomes its fixup kind; the addend is what the field holds.
#
# RUN: llvm-mc -filetype=obj -triple=armv7-unknown-linux-gnueabihf %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o --slot-size 4 %}
# 32 MiB to both sides, and addresses that wrap at 2^32.
# RUN: %if lld %{ %compare_with_lld %t.o --slot-size 4 --section .text=c0000000 --section .data=1000 \
# RUN:   --symbol called=c2000000 --symbol jumped=c2000008 --symbol value=fedcba98 --symbol near=2000 --symbol far=10000000 %}
# RUN: %if lld %{ %compare_with_lld %t.o --slot-size 4 --section .text=c0000000 --section .data=f0001000 \
# RUN:   --symbol called=be000010 --symbol jumped=be000010 --symbol value=7fff --symbol near=c0001000 --symbol far=10 %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK: 0:   fixup arm_call24: called + -8 (R_ARM_CALL)
  bl called
# CHECK: 4:   fixup arm_branch24: jumped + -8 (R_ARM_JUMP24)
  b jumped
# CHECK: 8:   fixup arm_branch24: jumped + -4 (R_ARM_JUMP24)
  blne jumped + 4
# CHECK: c:   fixup arm_movw_abs: value + 0 (R_ARM_MOVW_ABS_NC)
  movw r3, :lower16:value
# CHECK: 10:   fixup arm_movt_abs: value + 0 (R_ARM_MOVT_ABS)
  movt r3, :upper16:value
# CHECK: 14:   fixup arm_movw_abs: value + -2 (R_ARM_MOVW_ABS_NC)
  movweq r3, :lower16:(value - 2)
# CHECK: 18:   fixup arm_movw_prel: value + 4 (R_ARM_MOVW_PREL_NC)
  movw r3, :lower16:(value - . + 4)
# CHECK: 1c:   fixup arm_movt_prel: value + 8 (R_ARM_MOVT_PREL)
  movt r3, :upper16:(value - . + 8)
  bx lr

# CHECK-LABEL: section .data: data,
  .data
# CHECK: 0:   fixup abs32: far + 5 (R_ARM_ABS32)
  .long far + 5
# CHECK: 4:   fixup pcrel32_wrap: far + -8 (R_ARM_REL32)
  .long far - . - 8
# CHECK: 8:   fixup arm_got_prel32: far + 4 (R_ARM_GOT_PREL)
  .long far(GOT_PREL) + 4
# CHECK: c:   fixup arm_prel31: near + 0 (R_ARM_PREL31)
  .long near(PREL31)
# CHECK-DAG: 10:   fixup arm_prel31: near + -4 (R_ARM_PREL31)
  .reloc ., R_ARM_PREL31, near
  .long 0xfffffffc
# CHECK-DAG: 14:   fixup abs32: far + 0 (R_ARM_TARGET1)
  .long far(TARGET1)
