// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-output-no-comma.c:4:15: error: expected ',' or ')' after an output, found 'c'

op(A, (a -- b c)) {
}
