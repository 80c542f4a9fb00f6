// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: spill-not-reloaded.c:7:1: error: the stack is saved, but not read back at the end of the body
// CHECK: spill-not-reloaded.c:5:4: note: in the body of 'A'

op(A, (--)) {
    SAVE_STACK();
}
