# Every RISC-V relocation that a stencil can hold becomes its fixup kind. The low part of an address relative to an auipc gets
# the auipc's symbol, and an addend that makes up for the distance between the two.
#
# RUN: llvm-mc -filetype=obj -triple=riscv64-unknown-linux-gnu -mattr=+c,+d,-relax %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o --symbol near=40080 --symbol middle=40700 %}
# The same far away: 2 GiB less what the low parts give, and the ends of the branches' reach.
# RUN: %if lld %{ %compare_with_lld %t.o --section .text=90000000 --section .data=10ffff800 --symbol near=8ffffffe \
# RUN:   --symbol middle=900007f0 --symbol jumped=900ffffe --symbol called=10ffff7fe --symbol far=10ffff000 \
# RUN:   --symbol value=10 --symbol low=20 %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK-DAG: 0:   fixup riscv_call: called + 0 (R_RISCV_CALL_PLT)
  call called
# CHECK-DAG: 8:   fixup riscv_call: called + 4 (R_RISCV_CALL_PLT)
  .reloc ., R_RISCV_CALL_PLT, called + 4
  .option push
  .option norvc
  auipc t1, 0
  jr t1
  .option pop
# CHECK-DAG: 10:   fixup riscv_jal20: jumped + 0 (R_RISCV_JAL)
  jal ra, jumped
# CHECK-DAG: 14:   fixup riscv_branch12: middle + 4 (R_RISCV_BRANCH)
  .reloc ., R_RISCV_BRANCH, middle + 4
  bltu a0, a1, 0
# CHECK-DAG: 18:   fixup riscv_rvc_branch8: near + 0 (R_RISCV_RVC_BRANCH)
  .reloc ., R_RISCV_RVC_BRANCH, near
  c.beqz a0, 0
# CHECK-DAG: 1a:   fixup riscv_rvc_jump11: middle + 0 (R_RISCV_RVC_JUMP)
  .reloc ., R_RISCV_RVC_JUMP, middle
  c.j 0
# CHECK-DAG: 1c:   fixup riscv_hi20: value + 2052 (R_RISCV_HI20)
  lui a0, %hi(value + 0x804)
# CHECK-DAG: 20:   fixup riscv_lo12_i: value + 2052 (R_RISCV_LO12_I)
  addi a0, a0, %lo(value + 0x804)
# CHECK-DAG: 24:   fixup riscv_lo12_s: value + 2052 (R_RISCV_LO12_S)
  fsd fa0, %lo(value + 0x804)(a0)
.Lpcrel_hi0:
# CHECK-DAG: 28:   fixup riscv_pcrel_hi20: far + 16 (R_RISCV_PCREL_HI20)
  auipc a1, %pcrel_hi(far + 16)
# CHECK-DAG: 2c:   fixup riscv_pcrel_lo12_i: far + 20 (R_RISCV_PCREL_LO12_I)
  flw fa1, %pcrel_lo(.Lpcrel_hi0)(a1)
  nop
# CHECK-DAG: 32:   fixup riscv_pcrel_lo12_s: far + 26 (R_RISCV_PCREL_LO12_S)
  sb a1, %pcrel_lo(.Lpcrel_hi0)(a1)
# The low part may stand first.
# CHECK-DAG: 36:   fixup riscv_pcrel_lo12_i: far + -8 (R_RISCV_PCREL_LO12_I)
  ld a2, %pcrel_lo(.Lpcrel_hi1)(a2)
  .option push
  .option norvc
  j 8
  .option pop
.Lpcrel_hi1:
# CHECK-DAG: 3e:   fixup riscv_pcrel_hi20: far + 0 (R_RISCV_PCREL_HI20)
  auipc a2, %pcrel_hi(far)
.Lgot_hi0:
# CHECK-DAG: 42:   fixup riscv_got_pcrel_hi20: global + 0 (R_RISCV_GOT_HI20)
  auipc a3, %got_pcrel_hi(global)
# CHECK-DAG: 46:   fixup riscv_got_pcrel_lo12_i: global + 4 (R_RISCV_PCREL_LO12_I)
  ld a3, %pcrel_lo(.Lgot_hi0)(a3)
.Lend:

# CHECK-LABEL: section .data: data,
  .data
# CHECK: 0:   fixup abs64: global + 8 (R_RISCV_64)
  .quad global + 8
# CHECK: 8:   fixup abs32: low + 0 (R_RISCV_32)
  .word low
# CHECK: c:   fixup pcrel32: far + 0 (R_RISCV_32_PCREL)
  .reloc ., R_RISCV_32_PCREL, far
  .word 0
# A difference is a distance where what is subtracted is in the same section, as in tables of jumps.
# CHECK-DAG: 10:   fixup pcrel32: .Lend + -2 (R_RISCV_ADD32)
.Ltable:
  .reloc ., R_RISCV_ADD32, .Lend - 2
  .reloc ., R_RISCV_SUB32, .Ltable
  .word 0
# CHECK-DAG: 14:   fixup pcrel64: .Lend + 4 (R_RISCV_ADD64)
  .reloc ., R_RISCV_ADD64, .Lend
  .reloc ., R_RISCV_SUB64, .Ltable
  .quad 0
