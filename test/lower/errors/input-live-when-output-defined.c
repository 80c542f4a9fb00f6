// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: input-live-when-output-defined.c:7:5: error: input 'a' is still live when output 'b' is defined
// CHECK: input-live-when-output-defined.c:5:4: note: in the body of 'A'

op(A, (a -- b)) {
    b = a;
    call_out();
    DEAD(a);
}
