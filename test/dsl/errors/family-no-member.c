// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-no-member.c:4:18: error: expected identifier for a member of the family, found '}'

family(A, 0) = { };
