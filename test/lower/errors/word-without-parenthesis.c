// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: word-without-parenthesis.c:6:14: error: expected '(' after DEOPT_IF
// CHECK: word-without-parenthesis.c:5:4: note: in the body of 'A'

op(A, (--)) {
    DEOPT_IF x;
}
