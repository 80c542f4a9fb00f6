// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: annotation-replicate-empty.c:5:11: error: the range of replicas is empty
// CHECK: annotation-replicate-empty.c:7:11: error: the range of replicas is empty

replicate(0) op(A, (--)) {
}
replicate(4:4) op(B, (--)) {
}
