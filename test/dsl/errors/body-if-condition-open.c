// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-if-condition-open.c:6:11: error: expected ')' to close the condition of 'if', found '{'
// CHECK: body-if-condition-open.c:6:8: note: to match this '('

op(A, (--)) {
    if (x { }
}
