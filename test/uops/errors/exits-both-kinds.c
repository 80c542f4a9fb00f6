// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: exits-both-kinds.c:7:5: error: 'A' leaves with both DEOPT_IF and EXIT_IF: a micro-op has one kind of exit
// CHECK: exits-both-kinds.c:6:5: note: the first exit is here

op(A, (--)) {
    DEOPT_IF(x);
    EXIT_IF(y);
}
