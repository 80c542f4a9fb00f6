// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: word-with-arguments.c:6:13: error: expected ')' after SYNC_SP
// CHECK: word-with-arguments.c:5:4: note: in the body of 'A'

op(A, (--)) {
    SYNC_SP(1);
}
