// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: escape-in-while.c:5:12: error: escaping call 'call_out' in a condition

op(A, (--)) {
    while (call_out()) {
    }
}
