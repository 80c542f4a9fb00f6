# Every LoongArch relocation that a stencil can hold becomes its fixup kind, with the addend the file has.
#
# RUN: llvm-mc -filetype=obj -triple=loongarch64-unknown-linux-gnu -mattr=+d,-relax %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o %}
# The ends of what reaches: 128 GiB, 2 GiB less what the low part gives, 128 MiB, 4 MiB, 128 KiB.
# RUN: %if lld %{ %compare_with_lld %t.o --section .text=4000000000 --section .data=407ffff000 --symbol far=407ffff7ff \
# RUN:   --symbol distant=5ffffdfffc --symbol called=4007fffffc --symbol middle=40003ffffc --symbol near=400001fffc --symbol low=1 %}
# RUN: %if lld %{ %compare_with_lld %t.o --section .text=4000000000 --section .data=3f80001000 --symbol far=3f7ffff800 \
# RUN:   --symbol distant=2000000000 --symbol called=3ff8000010 --symbol middle=3fffc00018 --symbol near=3ffffe001c --symbol low=1 %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK: 0:   fixup loongarch_call36: distant + 0 (R_LARCH_CALL36)
  call36 distant
# CHECK: 8:   fixup loongarch_call36: distant + 0 (R_LARCH_CALL36)
  tail36 $t8, distant
# CHECK: 10:   fixup loongarch_branch26: called + 0 (R_LARCH_B26)
  bl called
# CHECK: 14:   fixup loongarch_branch21: middle + 0 (R_LARCH_B21)
  bceqz $fcc0, middle
# CHECK: 18:   fixup loongarch_branch21: middle + 0 (R_LARCH_B21)
  bnez $a0, middle
# CHECK: 1c:   fixup loongarch_branch16: near + 0 (R_LARCH_B16)
  bgeu $a0, $a1, near
# CHECK: 20:   fixup loongarch_page20: far + 0 (R_LARCH_PCALA_HI20)
  pcalau12i $a0, %pc_hi20(far)
# CHECK: 24:   fixup loongarch_pageoff12: far + 0 (R_LARCH_PCALA_LO12)
  addi.d $a0, $a0, %pc_lo12(far)
# CHECK: 28:   fixup loongarch_pageoff12: far + 0 (R_LARCH_PCALA_LO12)
  st.b $a2, $a0, %pc_lo12(far)
# CHECK: 2c:   fixup loongarch_got_page20: far + 0 (R_LARCH_GOT_PC_HI20)
  pcalau12i $a1, %got_pc_hi20(far)
# CHECK: 30:   fixup loongarch_got_pageoff12: far + 0 (R_LARCH_GOT_PC_LO12)
  ld.d $a1, $a1, %got_pc_lo12(far)
end:

# CHECK-LABEL: section .data: data,
  .data
# CHECK: 0:   fixup abs64: far + 3 (R_LARCH_64)
  .quad far + 3
# CHECK: 8:   fixup abs32: low + 0 (R_LARCH_32)
  .word low
# CHECK: c:   fixup pcrel32: far + 1 (R_LARCH_32_PCREL)
  .reloc ., R_LARCH_32_PCREL, far + 1
  .word 0
# CHECK: 10:   fixup pcrel64: far + 0 (R_LARCH_64_PCREL)
  .reloc ., R_LARCH_64_PCREL, far
  .quad 0
# CHECK-DAG: 18:   fixup pcrel32: far + 4 (R_LARCH_ADD32)
table:
  .reloc ., R_LARCH_ADD32, far + 4
  .reloc ., R_LARCH_SUB32, table
  .word 0
# CHECK-DAG: 1c:   fixup pcrel64: far + 4 (R_LARCH_ADD64)
  .reloc ., R_LARCH_ADD64, far
  .reloc ., R_LARCH_SUB64, table
  .quad 0
