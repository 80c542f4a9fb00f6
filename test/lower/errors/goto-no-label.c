// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: goto-no-label.c:6:10: error: expected identifier after goto
// CHECK: goto-no-label.c:5:4: note: in the body of 'A'

op(A, (--)) {
    goto *x;
}
