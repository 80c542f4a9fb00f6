// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-input.c:5:11: error: input 'a' named twice
// CHECK: duplicate-input.c:5:8: note: the first is here

op(A, (a, a -- )) {
    DEAD(a);
}
