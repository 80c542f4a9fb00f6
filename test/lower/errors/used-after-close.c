// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: used-after-close.c:8:9: error: 'a' is used after it was closed
// CHECK: used-after-close.c:6:4: note: in the body of 'A'
// CHECK: used-after-close.c:7:22: note: it was closed here

op(A, (a -- b)) {
    PyStackRef_CLOSE(a);
    b = a;
}
