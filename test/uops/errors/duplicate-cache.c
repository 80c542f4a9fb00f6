// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-cache.c:5:13: error: cache entry 'v' named twice
// CHECK: duplicate-cache.c:5:8: note: the first is here

op(A, (v/1, v/1 -- )) {
    use_nothing = v;
}
