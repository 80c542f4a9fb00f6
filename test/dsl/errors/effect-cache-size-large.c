// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-cache-size-large.c:4:16: error: expected the size of cache entry 'version' in code units of at most 255, found '256'

op(A, (version/256 -- )) {
}
