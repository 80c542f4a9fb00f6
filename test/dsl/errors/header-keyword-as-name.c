// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: header-keyword-as-name.c:4:4: error: expected identifier for the name of the op, found 'while'

op(while, (--)) {
}
