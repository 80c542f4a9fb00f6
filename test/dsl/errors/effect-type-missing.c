// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: effect-type-missing.c:4:11: error: expected identifier for the type of 'a', found '--'

op(A, (a: -- b)) {
}
