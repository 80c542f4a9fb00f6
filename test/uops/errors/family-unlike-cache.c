// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-unlike-cache.c:10:21: error: 'A_INT' has 2 cache entries, the head of its family has 1
// CHECK: family-unlike-cache.c:8:6: note: the member is defined here
// CHECK: family-unlike-cache.c:6:6: note: the head is defined here

inst(A, (unused/1 --)) {
}
inst(A_INT, (unused/2 --)) {
}
family(A, SIZE) = { A_INT };
