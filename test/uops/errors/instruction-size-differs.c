// RUN: not %stencilgen lower %s 2>&1 | FileCheck %s
// CHECK: instruction-size-differs.c:7:9: error: INSTRUCTION_SIZE in '_A', which is part of instructions of different sizes
// CHECK: instruction-size-differs.c:9:7: note: 'B' has 1 code units
// CHECK: instruction-size-differs.c:10:7: note: 'C' has 2 code units

op(_A, (--)) {
    x = INSTRUCTION_SIZE;
}
macro(B) = _A;
macro(C) = unused/1 + _A;
