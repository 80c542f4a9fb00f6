// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: store-in-condition.c:5:21: error: stack item 'res' gets its value in a condition

op(A, ( -- res)) {
    if (_Py_NewRef(&res)) {
    }
}
