// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: pseudo-mixed-brackets.c:6:23: error: expected '}' or ',' after a target, found ']'

inst(B, (--)) {
}
pseudo(A, (--)) = { B ];
