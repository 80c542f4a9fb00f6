// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-paren-not-closed.c:7:1: error: expected ')', found '}'
// CHECK: body-paren-not-closed.c:6:6: note: to match this '('

op(A, (--)) {
    f(1;
}
