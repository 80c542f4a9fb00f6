// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-not-closed.c:7:1: error: expected '}' to close a block, found end of file
// CHECK: body-not-closed.c:5:13: note: the block begins here

op(A, (--)) {
    x = 1;
