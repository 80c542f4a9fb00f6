// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-op.c:7:4: error: micro-op 'A' defined twice
// CHECK: duplicate-op.c:5:4: note: the first definition is here

op(A, (--)) {
}
op(A, (--)) {
}
