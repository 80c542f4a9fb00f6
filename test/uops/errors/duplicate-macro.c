// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: duplicate-macro.c:8:7: error: instruction 'B' defined twice
// CHECK: duplicate-macro.c:7:7: note: the first definition is here

op(_A, (--)) {
}
macro(B) = _A;
macro(B) = _A;
