// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-inst.c:7:6: error: instruction 'A' defined twice
// CHECK: duplicate-inst.c:5:6: note: the first definition is here

inst(A, (--)) {
}
inst(A, (--)) {
}
