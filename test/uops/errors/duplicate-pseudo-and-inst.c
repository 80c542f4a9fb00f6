// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-pseudo-and-inst.c:7:8: error: pseudo instruction 'A' defined twice
// CHECK: duplicate-pseudo-and-inst.c:5:6: note: the first definition is here

inst(A, (--)) {
}
pseudo(A, (--)) = { A };
