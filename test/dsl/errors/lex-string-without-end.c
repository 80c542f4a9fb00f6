// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: lex-string-without-end.c:5:7: error: string without its closing quote on the same line

op(A, (--)) {
    f("abc);
}
