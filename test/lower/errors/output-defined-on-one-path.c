// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: output-defined-on-one-path.c:9:5: error: output 'b' is defined on some paths, but not on all
// CHECK: output-defined-on-one-path.c:5:4: note: in the body of 'A'

op(A, ( -- b)) {
    if (x) {
        b = y;
        call_out();
    }
}
