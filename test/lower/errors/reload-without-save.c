// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: reload-without-save.c:6:5: error: the stack is read back, but has not been saved
// CHECK: reload-without-save.c:5:4: note: in the body of 'A'

op(A, (--)) {
    RELOAD_STACK();
}
