// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: branch-spills.c:8:5: error: the stack is saved on some paths, but not on all
// CHECK: branch-spills.c:5:4: note: in the body of 'A'

op(A, (a -- )) {
    if (x) {
        SAVE_STACK();
    }
    DEAD(a);
}
