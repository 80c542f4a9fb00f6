// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: cache-size-unreadable.c:4:8: error: cache entry 'v' has size 3; entries that are read have sizes 1, 2, 4

op(A, (v/3 -- )) {
    x = v;
}
