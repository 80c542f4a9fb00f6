// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-while-without-block.c:5:15: error: expected '{' after 'while (...)': a loop's body must be a block, found 'x'

op(A, (--)) {
    while (x) x--;
}
