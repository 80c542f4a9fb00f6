// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: cache-first-unused.c:4:8: error: first cache entry of an op is unused: move it to the macro

op(A, (unused/1, v/1 -- )) {
    x = v;
}
