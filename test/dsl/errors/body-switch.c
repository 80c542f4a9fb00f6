// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: body-switch.c:5:5: error: 'switch' is not part of the language: the analysis follows if, for and while only

op(A, (--)) {
    switch (x) { }
}
