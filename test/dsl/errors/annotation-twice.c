// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: annotation-twice.c:5:6: error: annotation 'pure' given twice
// CHECK: annotation-twice.c:5:1: note: the first is here

pure pure op(A, (--)) {
}
