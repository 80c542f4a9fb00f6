// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: family-size-missing.c:4:11: error: expected a name or a number for the cache size of the family, found ')'

family(A, ) = { B };
