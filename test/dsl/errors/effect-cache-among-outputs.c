// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-cache-among-outputs.c:4:14: error: cache entry 'b' among the outputs

op(A, (a -- b/1)) {
}
