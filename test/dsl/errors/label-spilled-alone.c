// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: label-spilled-alone.c:4:9: error: expected 'label' after 'spilled', found 'op'

spilled op(A, (--)) {
}
