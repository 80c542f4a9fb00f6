// RUN: not %stencilgen lower %s 2>&1 | FileCheck --strict-whitespace --match-full-lines %s
//      CHECK:{{.*}}caret.c:7:10: error: expected ',' or '--' after an input, found 'b'
// CHECK-NEXT:op(A, (a b -- )) {
// CHECK-NEXT:         ^
//  CHECK-NOT:{{.}}

op(A, (a b -- )) {
}
