// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: reserved-name.c:4:4: error: 'flush' is a word of the language and cannot be defined

op(flush, (--)) {
}
