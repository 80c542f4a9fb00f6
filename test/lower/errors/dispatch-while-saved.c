// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: dispatch-while-saved.c:7:5: error: DISPATCH while the stack is saved
// CHECK: dispatch-while-saved.c:5:4: note: in the body of 'A'

op(A, (--)) {
    SAVE_STACK();
    DISPATCH();
}
