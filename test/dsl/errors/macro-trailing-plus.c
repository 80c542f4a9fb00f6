// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: macro-trailing-plus.c:6:16: error: expected identifier for a part of the macro, found ';'

op(B, (--)) {
}
macro(A) = B + ;
