// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: header-no-parenthesis.c:4:4: error: expected '(' after 'op', found 'A'

op A, (--) {
}
