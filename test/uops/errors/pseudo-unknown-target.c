// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: pseudo-unknown-target.c:7:21: error: target 'LOAF' is not an instruction
// CHECK: pseudo-unknown-target.c:7:21: note: did you mean 'LOAD'?

inst(LOAD, (--)) {
}
pseudo(P, (--)) = { LOAF };
