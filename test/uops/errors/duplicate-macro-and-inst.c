// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-macro-and-inst.c:9:7: error: instruction 'A' defined twice
// CHECK: duplicate-macro-and-inst.c:5:6: note: the first definition is here

inst(A, (--)) {
}
op(_B, (--)) {
}
macro(A) = _B;
