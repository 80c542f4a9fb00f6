// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: definition-unknown-word.c:5:1: error: expected a definition (inst, op, macro, family, pseudo or label), found 'ipo'
// CHECK: definition-unknown-word.c:7:8: error: expected identifier for an input, or '--', found '-'

ipo(A, (--)) {
}
op(B, (-)) {
}
