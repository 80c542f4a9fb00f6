// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-else-without-block.c:5:21: error: expected '{' after 'else': a branch must be a block, found 'y'

op(A, (--)) {
    if (x) { } else y = 1;
}
