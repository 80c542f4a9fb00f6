// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: input-live-at-end.c:7:1: error: input 'a' is still live at the end of the body
// CHECK: input-live-at-end.c:5:4: note: in the body of 'A'

op(A, (a -- )) {
    x = a;
}
