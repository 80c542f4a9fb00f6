// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-else-alone.c:5:1: error: #else without an #if in the same block

op(A, (--)) {
#else
}
