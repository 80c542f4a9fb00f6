// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-wrong-size.c:8:11: error: family 'A' says 3 cache entries, its head has 1

inst(A, (unused/1 --)) {
}
inst(A_INT, (unused/1 --)) {
}
family(A, 3) = { A_INT };
