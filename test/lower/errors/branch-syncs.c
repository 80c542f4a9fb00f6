// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: branch-syncs.c:9:5: error: input 'a' is live on some paths, but not on all
// CHECK: branch-syncs.c:5:4: note: in the body of 'A'

op(A, (a -- )) {
    if (x) {
        DEAD(a);
        SYNC_SP();
    }
    DEAD(a);
}
