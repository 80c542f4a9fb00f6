// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: lex-character-without-end.c:5:7: error: character without its closing quote on the same line

op(A, (--)) {
    f('a);
}
