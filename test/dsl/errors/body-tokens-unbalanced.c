// RUN: not %stencilgen lower --profile cpython-3.13 %s 2>&1 | FileCheck %s
// CHECK: body-tokens-unbalanced.c:7:1: error: expected ')', found '}'
// CHECK: body-tokens-unbalanced.c:6:6: note: to match this '('

op(A, (--)) {
    f(1;
}
