// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: branch-consumes.c:8:5: error: input 'a' is consumed on some paths, but not on all
// CHECK: branch-consumes.c:5:4: note: in the body of 'A'

op(A, (a -- )) {
    if (x) {
        DEAD(a);
    }
    DEAD(a);
}
