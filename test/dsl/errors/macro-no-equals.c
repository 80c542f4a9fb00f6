// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: macro-no-equals.c:4:10: error: expected '=' before the parts of the macro, found 'B'

macro(A) B;
