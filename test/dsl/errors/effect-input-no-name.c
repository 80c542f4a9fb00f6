// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-input-no-name.c:4:11: error: expected identifier for an input, or '--', found '3'

op(A, (a, 3 -- )) {
}
