// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-cache-size-zero.c:4:16: error: cache entry 'version' has size 0

op(A, (version/0 -- )) {
}
