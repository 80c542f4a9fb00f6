// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: close-of-expression.c:5:22: error: expected the name of a stack item after 'PyStackRef_CLOSE(', found '*'

op(A, (a -- )) {
    PyStackRef_CLOSE(*a);
}
