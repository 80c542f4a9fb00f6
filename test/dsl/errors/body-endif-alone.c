// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-endif-alone.c:5:1: error: #endif without an #if in the same block

op(A, (--)) {
#endif
}
