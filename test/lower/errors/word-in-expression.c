// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: word-in-expression.c:6:24: error: expected ';' after ERROR_NO_POP
// CHECK: word-in-expression.c:5:4: note: in the body of 'A'

op(A, (--)) {
    x = ERROR_NO_POP() + 1;
}
