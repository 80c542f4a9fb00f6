// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: annotation-replicate-not-a-number.c:4:11: error: expected a number of replicas, found 'n'

replicate(n) op(A, (--)) {
}
