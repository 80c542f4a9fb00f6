// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: goto-while-saved.c:9:5: error: jump to 'l' while the stack is saved: the label is not spilled
// CHECK: goto-while-saved.c:7:4: note: in the body of 'A'

label(l) {
}
op(A, (--)) {
    SAVE_STACK();
    goto l;
}
