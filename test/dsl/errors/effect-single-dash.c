// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-single-dash.c:4:10: error: expected ',' or '--' after an input, found '-'

op(A, (a - b)) {
}
