// RUN: not %stencilgen lower --profile cpython-3.15 %s 2>&1 | FileCheck %s
// CHECK: effect-type-not-in-dialect.c:4:9: error: stack items have no types in this dialect

op(A, (a: int -- )) {
}
