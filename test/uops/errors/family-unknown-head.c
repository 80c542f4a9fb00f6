// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-unknown-head.c:7:8: error: head of family 'LOADS' is not an instruction
// CHECK: family-unknown-head.c:7:8: note: did you mean 'LOAD'?

inst(LOAD, (--)) {
}
family(LOADS, 0) = { LOAD };
