// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-no-semicolon-at-end.c:6:1: error: expected ';' to end a statement, found end of file

op(A, (--)) {
    x = 1
