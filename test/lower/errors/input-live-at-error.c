// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: input-live-at-error.c:6:5: error: input 'a' is still live at ERROR_IF
// CHECK: input-live-at-error.c:5:4: note: in the body of 'A'

op(A, (a -- )) {
    ERROR_IF(x);
    DEAD(a);
}
