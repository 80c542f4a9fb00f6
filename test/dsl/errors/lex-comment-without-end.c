// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: lex-comment-without-end.c:5:12: error: comment without its closing '*/'

op(A, (--)) {
    x = 1; /* no end
}
