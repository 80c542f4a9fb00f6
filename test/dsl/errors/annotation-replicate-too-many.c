// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: annotation-replicate-too-many.c:4:11: error: expected a number of replicas of at most 256, found '1000000000'

replicate(1000000000) op(A, (--)) {
}
