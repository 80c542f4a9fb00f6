// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: close-below-live.c:7:5: error: 'a' is closed while 'b' above it is live
// CHECK: close-below-live.c:5:4: note: in the body of 'A'

op(A, (a, b -- )) {
    x = b;
    PyStackRef_CLOSE(a);
    PyStackRef_CLOSE(b);
}
