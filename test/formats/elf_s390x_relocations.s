# Every s390x relocation that a stencil can hold becomes its fixup kind. Data is big-endian; operands of instructions count
# halfwords, from two bytes before the relocation.
#
# LLVM 19 cannot assemble the operand GOTENT.
# REQUIRES: llvm-22
#
# RUN: llvm-mc -filetype=obj -triple=s390x-unknown-linux-gnu -mcpu=z13 %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s
# RUN: %if lld %{ %compare_with_lld %t.o --byte-order big %}
# 4 GiB away to both sides.
# RUN: %if lld %{ %compare_with_lld %t.o --byte-order big --section .text=110000000 --section .data=20ffff000 --symbol far=20ffffffe \
# RUN:   --symbol called=10000800 --symbol near=110008000 --symbol low=fffffff0 --symbol beside=28fffe000 %}

# CHECK-LABEL: section .text: code,
  .text
_JIT_ENTRY:
# CHECK: 2:   fixup s390x_branch32dbl: called + 2 (R_390_PLT32DBL)
  brasl %r14, called@PLT
# CHECK: 8:   fixup s390x_branch32dbl: called + 2 (R_390_PLT32DBL)
  jg called@PLT
# CHECK: e:   fixup s390x_pc32dbl: called + 6 (R_390_PC32DBL)
  brasl %r14, called + 4
# CHECK: 14:   fixup s390x_pc32dbl: far + 2 (R_390_PC32DBL)
  larl %r1, far
# CHECK: 1a:   fixup s390x_pc32dbl: .data + 10 (R_390_PC32DBL)
  lgrl %r1, place + 8
# CHECK: 20:   fixup s390x_pc32dbl: .data + 2 (R_390_PC32DBL)
  exrl %r1, place
# CHECK: 26:   fixup s390x_got_pc32dbl: far + 2 (R_390_GOTENT)
  lgrl %r1, far@GOTENT
# CHECK: 2c:   fixup s390x_got_pc32dbl: called + 2 (R_390_GOTENT)
  larl %r1, called@GOTENT
# A slot is read in part, and compared.
# CHECK: 32:   fixup s390x_got_pc32dbl: far + 8 (R_390_GOTENT)
  llghrl %r1, far@GOTENT + 6
# CHECK: 38:   fixup s390x_got_pc32dbl: far + 2 (R_390_GOTENT)
  cgrl %r1, far@GOTENT
# CHECK: 3e:   fixup s390x_pc16dbl: near + 2 (R_390_PC16DBL)
  jne near
# CHECK: 42:   fixup s390x_pc16dbl: near + 2 (R_390_PC16DBL)
  brctg %r1, near
# CHECK: 46:   fixup s390x_pc16dbl: near + 2 (R_390_PC16DBL)
  cgrje %r1, %r2, near
# CHECK: 4c:   fixup s390x_pc16dbl: near + 2 (R_390_PLT16DBL)
  bras %r14, near@PLT

# CHECK-LABEL: section .data: data,
  .data
place:
# CHECK: 0:   fixup abs64_be: far + 258 (R_390_64)
  .quad far + 258
# CHECK: 8:   fixup abs32_be: low + 1 (R_390_32)
  .long low + 1
# CHECK: c:   fixup pcrel32_be: beside + 4 (R_390_PC32)
  .long beside - . + 4
# CHECK: 10:   fixup pcrel64_be: far + 0 (R_390_PC64)
  .quad far - .
