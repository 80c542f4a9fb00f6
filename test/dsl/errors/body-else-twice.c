// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-else-twice.c:8:1: error: #else after #else
// CHECK: body-else-twice.c:7:1: note: the #else is here

op(A, (--)) {
#ifdef X
#else
#else
#endif
}
