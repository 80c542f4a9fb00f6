// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-array-open.c:4:19: error: expected ']' to close the size of an array, found ')'

op(A, (a[oparg -- )) {
}
