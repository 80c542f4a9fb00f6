// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: dead-unknown.c:6:10: error: 'b' is not an input that is still on the stack
// CHECK: dead-unknown.c:5:4: note: in the body of 'A'

op(A, (a -- )) {
    DEAD(b);
}
