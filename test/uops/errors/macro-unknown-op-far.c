// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: macro-unknown-op-far.c:4:12: error: macro 'A' names '_NOTHING_LIKE_IT', which is not a micro-op

macro(A) = _NOTHING_LIKE_IT;
