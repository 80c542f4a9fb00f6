// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: stack-pointer-while-saved.c:7:9: error: stack_pointer while the stack is saved: it is not valid then
// CHECK: stack-pointer-while-saved.c:5:4: note: in the body of 'A'

op(A, (--)) {
    SAVE_STACK();
    x = stack_pointer;
    RELOAD_STACK();
}
