// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-do.c:5:5: error: 'do' is not part of the language: the analysis follows if, for and while only

op(A, (--)) {
    do { } while (x);
}
