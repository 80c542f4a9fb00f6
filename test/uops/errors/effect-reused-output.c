// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-reused-output.c:5:16: error: output 'b' has the name of an input at another depth
// CHECK: effect-reused-output.c:5:11: note: the input is here

op(A, (a, b -- b)) {
    DEAD(b);
    DEAD(a);
}
