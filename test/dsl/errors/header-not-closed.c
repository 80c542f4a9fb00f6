// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: header-not-closed.c:4:12: error: expected ')' after the stack effect, found '{'

op(A, (--) {
}
