// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-unknown-member.c:6:21: error: member of family 'LOAD_INT' is not an instruction

inst(LOAD, (--)) {
}
family(LOAD, 0) = { LOAD_INT };
