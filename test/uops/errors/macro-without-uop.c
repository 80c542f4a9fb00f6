// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: macro-without-uop.c:4:7: error: macro 'A' has no micro-op

macro(A) = unused/1;
