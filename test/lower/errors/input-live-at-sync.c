// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: input-live-at-sync.c:6:5: error: input 'a' is still live at SYNC_SP
// CHECK: input-live-at-sync.c:5:4: note: in the body of 'A'

op(A, (a -- )) {
    SYNC_SP();
    DEAD(a);
}
