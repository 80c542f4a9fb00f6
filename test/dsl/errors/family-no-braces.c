// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-no-braces.c:4:16: error: expected '{' to begin the members of the family, found 'B'

family(A, 0) = B;
