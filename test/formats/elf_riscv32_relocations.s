# RISC-V of 32 bits has the relocations of 64 bits; where they reach everything, sums wrap at 2^32.
#
# RUN: llvm-mc -filetype=obj -triple=riscv32-unknown-linux-gnu -mattr=+c,+d,-relax %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o --slot-size 4 --symbol near=40080 --symbol middle=40700 %}
# The same where distances wrap, and addresses are numbers below 0. lld refuses data whose distance wraps.
# RUN: %if lld %{ %compare_with_lld %t.o --slot-size 4 --section .text=10000 --section .data=20000 --symbol near=10100 \
# RUN:   --symbol middle=10700 --symbol jumped=10ffe --symbol called=fffff800 --symbol far=fffffffc \
# RUN:   --symbol value=7ffff800 --symbol low=80000000 %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK-DAG: 0:   fixup riscv_call_wrap: called + 0 (R_RISCV_CALL_PLT)
  call called
# CHECK-DAG: 8:   fixup riscv_jal20: jumped + 0 (R_RISCV_JAL)
  jal ra, jumped
# CHECK-DAG: c:   fixup riscv_branch12: middle + 4 (R_RISCV_BRANCH)
  .reloc ., R_RISCV_BRANCH, middle + 4
  bltu a0, a1, 0
# CHECK-DAG: 10:   fixup riscv_rvc_branch8: near + 0 (R_RISCV_RVC_BRANCH)
  .reloc ., R_RISCV_RVC_BRANCH, near
  c.beqz a0, 0
# CHECK-DAG: 12:   fixup riscv_rvc_jump11: middle + 0 (R_RISCV_RVC_JUMP)
  .reloc ., R_RISCV_RVC_JUMP, middle
  c.j 0
# CHECK-DAG: 14:   fixup riscv_hi20_wrap: value + 2052 (R_RISCV_HI20)
  lui a0, %hi(value + 0x804)
# CHECK-DAG: 18:   fixup riscv_lo12_i: value + 2052 (R_RISCV_LO12_I)
  addi a0, a0, %lo(value + 0x804)
# CHECK-DAG: 1c:   fixup riscv_lo12_s: value + 2052 (R_RISCV_LO12_S)
  fsd fa0, %lo(value + 0x804)(a0)
.Lpcrel_hi0:
# CHECK-DAG: 20:   fixup riscv_pcrel_hi20_wrap: far + 16 (R_RISCV_PCREL_HI20)
  auipc a1, %pcrel_hi(far + 16)
# CHECK-DAG: 24:   fixup riscv_pcrel_lo12_i: far + 20 (R_RISCV_PCREL_LO12_I)
  flw fa1, %pcrel_lo(.Lpcrel_hi0)(a1)
  nop
# CHECK-DAG: 2a:   fixup riscv_pcrel_lo12_s: far + 26 (R_RISCV_PCREL_LO12_S)
  sb a1, %pcrel_lo(.Lpcrel_hi0)(a1)
.Lgot_hi0:
# CHECK-DAG: 2e:   fixup riscv_got_pcrel_hi20_wrap: global + 0 (R_RISCV_GOT_HI20)
  auipc a3, %got_pcrel_hi(global)
# CHECK-DAG: 32:   fixup riscv_got_pcrel_lo12_i: global + 4 (R_RISCV_PCREL_LO12_I)
  lw a3, %pcrel_lo(.Lgot_hi0)(a3)
.Lend:

# CHECK-LABEL: section .data: data,
  .data
# CHECK: 0:   fixup abs32: low + 8 (R_RISCV_32)
  .word low + 8
# CHECK: 4:   fixup pcrel32_wrap: near + 0 (R_RISCV_32_PCREL)
  .reloc ., R_RISCV_32_PCREL, near
  .word 0
# CHECK: 8:   fixup pcrel32_wrap: .Lend + -2 (R_RISCV_ADD32)
.Ltable:
  .reloc ., R_RISCV_ADD32, .Lend - 2
  .reloc ., R_RISCV_SUB32, .Ltable
  .word 0
