// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-if-not-closed.c:8:1: error: expected #endif before the end of the block, found '}'
// CHECK: body-if-not-closed.c:6:1: note: the conditional begins here

op(A, (--)) {
#ifdef X
    x = 1;
}
