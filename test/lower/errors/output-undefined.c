// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: output-undefined.c:7:1: error: output 'b' is not defined
// CHECK: output-undefined.c:5:4: note: in the body of 'A'

op(A, ( -- b)) {
    x = b + 1;
}
