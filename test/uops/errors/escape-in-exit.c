// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: escape-in-exit.c:5:14: error: escaping call 'call_out' in the condition of ERROR_IF

op(A, (--)) {
    ERROR_IF(call_out() < 0);
}
