// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: annotation-replicate-open.c:4:15: error: expected ')' after the range of replicas, found 'op'

replicate(1:2 op(A, (--)) {
}
