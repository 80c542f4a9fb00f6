// What surrounds each micro-op: stencilgen puts its case in the place of CASE and compiles the function once for each.
#include "stencil.h"

// A jump that leaves nothing on the machine's stack, to an address the JIT fills in.
#define JUMP_TO(SYMBOL)                             \
    do {                                            \
        HOLE(calc_stencil, jump, SYMBOL);           \
        __attribute__((musttail)) return jump(sp); \
    } while (0)

__attribute__((preserve_none)) int64_t
_JIT_ENTRY(int64_t *sp)
{
    HOLE(int64_t, operand, _JIT_OPERAND);
    switch (_JIT_OPCODE) {
        CASE
        default:
            __builtin_unreachable();
    }
    JUMP_TO(_JIT_CONTINUE);
}
