// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-member-twice.c:12:18: error: 'C' is in a family already
// CHECK: family-member-twice.c:11:8: note: family 'A' has it

inst(A, (--)) {
}
inst(B, (--)) {
}
inst(C, (--)) {
}
family(A, 0) = { C };
family(B, 0) = { C };
