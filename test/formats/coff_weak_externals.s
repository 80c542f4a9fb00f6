# A weak external is what stands in for it, where that is defined in the same file: no other file takes part. One that has
# nothing to stand in for it stays undefined, under its own name.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-pc-windows-msvc %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s

# CHECK: 1:   fixup x86_64_branch32: defined + -4 (IMAGE_REL_AMD64_REL32)
# CHECK: 6:   fixup x86_64_branch32: elsewhere + -4 (IMAGE_REL_AMD64_REL32)
# CHECK-DAG: symbol 'defined': .text$b + 0x1
# CHECK-DAG: symbol 'elsewhere': undefined
  .text
  callq defined
  callq elsewhere
  .weak elsewhere
  .section .text$b,"xr"
  nop
  .weak defined
defined:
  retq
