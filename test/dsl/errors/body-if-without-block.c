// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-if-without-block.c:5:12: error: expected '{' after the condition of 'if': a branch must be a block, found 'y'

op(A, (--)) {
    if (x) y = 1;
}
