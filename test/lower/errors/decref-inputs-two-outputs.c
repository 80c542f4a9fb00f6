// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: decref-inputs-two-outputs.c:8:5: error: DECREF_INPUTS with more than one output defined before it
// CHECK: decref-inputs-two-outputs.c:5:4: note: in the body of 'A'

op(A, (a -- b, c)) {
    b = x;
    c = x;
    DECREF_INPUTS();
}
