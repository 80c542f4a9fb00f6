// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: decref-inputs-unlike-size.c:7:5: error: DECREF_INPUTS with output 'b' defined before it, which does not have the size of the lowest input
// CHECK: decref-inputs-unlike-size.c:5:4: note: in the body of 'A'

op(A, (a[oparg] -- b)) {
    b = x;
    DECREF_INPUTS();
}
