// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-no-dashes.c:4:12: error: expected ',' or '--' after an input, found ')'

op(A, (a, b)) {
}
