// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-member-number.c:4:21: error: expected '}' or ',' after a member of the family, found '3'

family(A, 0) = { B, 3 };
