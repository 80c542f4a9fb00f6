// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: instruction-size-nowhere.c:5:9: error: INSTRUCTION_SIZE in 'A', which is part of no instruction

op(A, (--)) {
    x = INSTRUCTION_SIZE;
}
