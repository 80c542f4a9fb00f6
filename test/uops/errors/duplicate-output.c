// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-output.c:5:15: error: output 'a' named twice
// CHECK: duplicate-output.c:5:12: note: the first is here

op(A, ( -- a, a)) {
    a = f;
}
