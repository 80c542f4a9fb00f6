// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-if-across-blocks.c:8:5: error: expected #endif before the end of the block, found '}'
// CHECK: body-if-across-blocks.c:7:1: note: the conditional begins here

op(A, (--)) {
    if (x) {
#ifdef X
    }
#endif
}
