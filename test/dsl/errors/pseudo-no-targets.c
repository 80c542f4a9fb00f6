// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: pseudo-no-targets.c:4:19: error: expected '{' or '[' to begin the targets, found ';'

pseudo(A, (--)) = ;
