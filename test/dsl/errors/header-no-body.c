// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: header-no-body.c:4:12: error: expected '{' to begin the body, found ';'

op(A, (--));
op(B, (--)) {
}
