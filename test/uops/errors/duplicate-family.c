// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-family.c:10:8: error: family 'A' defined twice
// CHECK: duplicate-family.c:9:8: note: the first definition is here

inst(A, (--)) {
}
inst(B, (--)) {
}
family(A, 0) = { B };
family(A, 0) = { B };
