// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: goto-unknown-label.c:6:10: error: there is no label 'nowhere'
// CHECK: goto-unknown-label.c:5:4: note: in the body of 'A'

op(A, (--)) {
    goto nowhere;
}
