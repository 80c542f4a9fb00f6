// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: marker-begin-only.c:4:1: error: expected '// END BYTECODES //' after this marker

// BEGIN BYTECODES //
op(A, (--)) {
}
