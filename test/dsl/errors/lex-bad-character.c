// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: lex-bad-character.c:5:9: error: unexpected character '@'

op(A, (--)) {
    x = @;
}
