// A calculator in reverse Polish notation: what its micro-ops, its template and its JIT agree on.
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
// ... and what a stencil looks like from the stencil before it.
typedef int64_t (*calc_stencil)(int64_t *stack_pointer) __attribute__((preserve_none));

// Prints a number on a line of its own; the program calls it.
void calc_print(int64_t value);

// A hole: the address of a symbol that nobody defines, which the JIT replaces with a value.
#define HOLE(TYPE, NAME, SYMBOL) \
    extern char SYMBOL[];        \
    TYPE NAME = (TYPE)(uintptr_t)SYMBOL

#endif
