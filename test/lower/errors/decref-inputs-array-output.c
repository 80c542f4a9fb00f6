// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: decref-inputs-array-output.c:7:5: error: DECREF_INPUTS with an array output and more than one input
// CHECK: decref-inputs-array-output.c:5:4: note: in the body of 'A'

op(A, (a, b -- c[oparg])) {
    x = c;
    DECREF_INPUTS();
}
