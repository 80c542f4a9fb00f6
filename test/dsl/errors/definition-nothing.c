// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: definition-nothing.c:4:1: error: expected a definition (inst, op, macro, family, pseudo or label), found 'int'

int x;
