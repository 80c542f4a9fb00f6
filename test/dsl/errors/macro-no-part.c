// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: macro-no-part.c:4:12: error: expected identifier for a part of the macro, found ';'

macro(A) = ;
