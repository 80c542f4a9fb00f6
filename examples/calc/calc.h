// A calculator in reverse Polish notation: what its micro-ops and its host agree on.
#ifndef CALC_H
#define CALC_H

#include <stdint.h>

enum calc_opcode { PUSH, ADD, SUBTRACT, MULTIPLY, DUPLICATE, SWAP, REPEAT_IF_POSITIVE, PRINT, RETURN, CALC_OPCODE_COUNT };

typedef struct {
    enum calc_opcode opcode;
    int64_t operand;     // PUSH: the number
    uint32_t jump_target; // REPEAT_IF_POSITIVE: index of the instruction to go back to
} calc_instruction;

// What a compiled program looks like from outside, in the C calling convention.
typedef int64_t (*calc_function)(int64_t *stack_pointer);

// Prints a number on a line of its own; the program calls it.
void calc_print(int64_t value);

#endif
