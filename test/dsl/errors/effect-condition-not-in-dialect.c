// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-condition-not-in-dialect.c:4:10: error: stack items cannot be conditional in this dialect

op(A, (a if (oparg & 1) -- )) {
}
