// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: annotation-before-macro.c:4:6: error: expected 'inst' or 'op' after annotations, found 'macro'

pure macro(A) = B;
