// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-unused-above-used.c:5:8: error: used input 'a' below an unused one
// CHECK: effect-unused-above-used.c:5:11: note: the unused input is here

op(A, (a, unused -- )) {
    f = a;
    DEAD(a);
}
