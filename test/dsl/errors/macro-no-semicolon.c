// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: macro-no-semicolon.c:7:1: error: expected ';' or '+' after a part of the macro, found 'op'

op(B, (--)) {
}
macro(A) = B
op(C, (--)) {
}
