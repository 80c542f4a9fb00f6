// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-else-without-if.c:5:5: error: 'else' without an 'if' before it

op(A, (--)) {
    else { }
}
