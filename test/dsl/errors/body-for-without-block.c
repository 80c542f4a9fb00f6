// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-for-without-block.c:5:14: error: expected '{' after 'for (...)': a loop's body must be a block, found 'x'

op(A, (--)) {
    for (;;) x++;
}
