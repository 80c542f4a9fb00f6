// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-paren-not-opened.c:5:8: error: ')' without '(' before it

op(A, (--)) {
    f 1);
}
