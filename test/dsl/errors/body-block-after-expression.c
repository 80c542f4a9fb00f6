// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-block-after-expression.c:5:10: error: expected ';' before '{': only if, for and while take a block

op(A, (--)) {
    f(1) { g(); }
}
