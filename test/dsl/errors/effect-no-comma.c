// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-no-comma.c:4:10: error: expected ',' or '--' after an input, found 'b'

op(A, (a b -- c)) {
}
