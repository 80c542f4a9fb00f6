// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-pseudo.c:8:8: error: pseudo instruction 'P' defined twice
// CHECK: duplicate-pseudo.c:7:8: note: the first definition is here

inst(A, (--)) {
}
pseudo(P, (--)) = { A };
pseudo(P, (--)) = { A };
