// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: marker-end-only.c:6:1: error: '// END BYTECODES //' without a '// BEGIN BYTECODES //' before it

op(A, (--)) {
}
// END BYTECODES //
