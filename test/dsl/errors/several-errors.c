// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: several-errors.c:7:10: error: expected ',' or '--' after an input, found 'b'
// CHECK: several-errors.c:12:1: error: expected ';' to end a statement, found '}'
// CHECK: several-errors.c:17:17: error: expected '}' or ',' after a member of the family, found ';'
// CHECK: several-errors.c:19:12: error: macro 'F' names 'NONE', which is not a micro-op

op(A, (a b -- )) {
}

op(B, (--)) {
    x = 1
}

op(C, (--)) {
}

family(D) = { E ;

macro(F) = NONE + B;
