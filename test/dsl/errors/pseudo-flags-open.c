// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: pseudo-flags-open.c:6:27: error: expected ')' after the head of the pseudo instruction, found '='

inst(B, (--)) {
}
pseudo(A, (--), (HAS_ARG) = { B };
