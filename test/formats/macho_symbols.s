# Names stay as in the file, with the underscore that C names have there; weak and private definitions are definitions.
#
# RUN: llvm-mc -filetype=obj -triple=x86_64-apple-darwin %s -o %t.o
# RUN: %stencilgen dump %t.o | FileCheck %s

# CHECK-DAG: symbol '_weak': __TEXT,__text + 0x0
# CHECK-DAG: symbol '_private': __TEXT,__text + 0x1
# CHECK-DAG: symbol '_local': __TEXT,__text + 0x2
# CHECK-DAG: symbol '_weak_reference': undefined
# CHECK-DAG: symbol '_common': undefined
# CHECK-DAG: symbol '_absolute': undefined
  .text
  .globl _weak
  .weak_definition _weak
_weak:
  nop
  .globl _private
  .private_extern _private
_private:
  nop
_local:
  nop
  .weak_reference _weak_reference
  leaq _weak_reference(%rip), %rax
  .comm _common,8,3
  .globl _absolute
_absolute = 5
