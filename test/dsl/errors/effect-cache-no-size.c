// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-cache-no-size.c:4:17: error: expected the size of cache entry 'version' in code units, found '--'

op(A, (version/ -- )) {
}
