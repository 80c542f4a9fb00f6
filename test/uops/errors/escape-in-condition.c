// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: escape-in-condition.c:5:9: error: escaping call 'call_out' in a condition

op(A, (--)) {
    if (call_out()) {
    }
}
