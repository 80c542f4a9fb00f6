# Every PowerPC relocation that a stencil can hold becomes its fixup kind. A branch to a function of this object goes to its
# local entry.
#
# RUN: llvm-mc -filetype=obj -triple=powerpc64le-unknown-linux-gnu -mcpu=pwr10 %s -o %t.ppc.o
# RUN: %stencilgen dump %t.ppc.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.ppc.o %}
# 8 GiB to both sides.
# RUN: %if lld %{ %compare_with_lld %t.ppc.o --section .text=300000000 --section .data=4fffff000 --symbol far=4ffffffff \
# RUN:   --symbol called=301fffff8 --symbol low=fffffff0 --symbol level=37fff7f00 --symbol beside=57fffe000 %}
# RUN: %if lld %{ %compare_with_lld %t.ppc.o --section .text=300000000 --section .data=100001000 --symbol far=100000030 \
# RUN:   --symbol called=2fe000008 --symbol low=0 --symbol level=27fff8030 --symbol beside=80001010 %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK: 0:   fixup ppc64_branch24_notoc: called + 0 (R_PPC64_REL24_NOTOC)
  bl called@notoc
# CHECK: 4:   fixup ppc64_branch24_notoc: called + 4 (R_PPC64_REL24_NOTOC)
  b called@notoc + 4
# CHECK: 8:   fixup ppc64_pcrel34: far + 0 (R_PPC64_PCREL34)
  pla 3, far@pcrel
# CHECK: 10:   fixup ppc64_pcrel34: far + 0 (R_PPC64_PCREL34)
  plwz 3, far@pcrel(0), 1
# CHECK: 18:   fixup ppc64_pcrel34: .data + 8 (R_PPC64_PCREL34)
  pstd 3, place@pcrel + 8(0), 1
# CHECK: 20:   fixup ppc64_got_pcrel34: far + 0 (R_PPC64_GOT_PCREL34)
  pld 3, far@got@pcrel(0), 1
# CHECK: 28:   fixup ppc64_branch24: two_entries + 8 (R_PPC64_REL24)
  bl two_entries
  nop
# CHECK: 30:   fixup ppc64_rel16_ha: level + 0 (R_PPC64_REL16_HA)
.Lhere:
  addis 4, 12, (level - .Lhere)@ha
# CHECK: 34:   fixup ppc64_rel16_lo: level + 4 (R_PPC64_REL16_LO)
  addi 4, 4, (level - .Lhere)@l
  .globl two_entries
  .type two_entries, @function
two_entries:
  addis 2, 12, 0
  addi 2, 2, 0
  .localentry two_entries, 8
  blr

# CHECK-LABEL: section .data: data,
  .data
place:
# CHECK: 0:   fixup abs64: far + 1 (R_PPC64_ADDR64)
  .quad far + 1
# CHECK: 8:   fixup abs32: low + 0 (R_PPC64_ADDR32)
  .long low
# CHECK: c:   fixup pcrel32: beside + 4 (R_PPC64_REL32)
  .long beside - . + 4
# CHECK: 10:   fixup pcrel64: far + 0 (R_PPC64_REL64)
  .quad far - .
