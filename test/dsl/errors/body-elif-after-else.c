// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-elif-after-else.c:8:1: error: #elif after #else
// CHECK: body-elif-after-else.c:7:1: note: the #else is here

op(A, (--)) {
#ifdef X
#else
#elif Y
#endif
}
