// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: annotation-replicate-no-range.c:4:11: error: expected '(' after 'replicate', found 'op'

replicate op(A, (--)) {
}
