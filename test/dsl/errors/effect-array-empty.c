// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-array-empty.c:4:10: error: expected an expression to close the size of an array, found ']'

op(A, (a[] -- )) {
}
