// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: lex-bad-byte.c:5:9: error: unexpected character \x01

op(A, (--)) {
    x = ;
}
