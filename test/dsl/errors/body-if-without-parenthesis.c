// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-if-without-parenthesis.c:5:8: error: expected '(' after 'if', found 'x'

op(A, (--)) {
    if x { }
}
