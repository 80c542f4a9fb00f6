// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: dead-below-live.c:8:5: error: input 'a' is not live, but 'b' above it is
// CHECK: dead-below-live.c:5:4: note: in the body of 'A'

op(A, (a, b -- )) {
    x = b;
    DEAD(a);
    call_out();
    DEAD(b);
}
