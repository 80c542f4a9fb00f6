// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-unlike-effect.c:13:18: error: 'A_INT' pushes 0 items, the head of its family pushes 1
// CHECK: family-unlike-effect.c:10:6: note: the member is defined here
// CHECK: family-unlike-effect.c:6:6: note: the head is defined here

inst(A, (a -- b)) {
    b = a;
    DEAD(a);
}
inst(A_INT, (a -- )) {
    DEAD(a);
}
family(A, 0) = { A_INT };
