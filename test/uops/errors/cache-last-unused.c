// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: cache-last-unused.c:4:13: error: last cache entry of an op is unused: move it to the macro

op(A, (v/1, unused/1 -- )) {
    x = v;
}
