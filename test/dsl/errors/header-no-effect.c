// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: header-no-effect.c:4:5: error: expected ',' before the stack effect, found ')'

op(A) {
}
