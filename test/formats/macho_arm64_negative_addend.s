# The assembler writes an addend below 0 over the fields beside it: there is no such relocation, and it is refused
# instead of read as another.
#
# RUN: llvm-mc -filetype=obj -triple=arm64-apple-darwin %s -o %t.o
# RUN: %fails %stencilgen dump %t.o 2>&1 | FileCheck %s -DFILE=%t.o --match-full-lines
# CHECK: [[FILE]]: error: section __TEXT,__text, offset 0x0: relocation number 15 names symbol number 16777208, expected less than {{[0-9]+}}
  .text
  adrp x0, _near@PAGE-8
  nop
