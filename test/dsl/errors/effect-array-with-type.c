// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-array-with-type.c:4:14: error: an array on the stack has no type and no condition

op(A, (a: int[oparg] -- )) {
}
