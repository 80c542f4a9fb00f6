// The template of the tests' interpreter: each micro-op is compiled in the place of the marker.
#include "tiny.h"

long
_JIT_ENTRY(Machine *machine, long *stack)
{
    PATCH_VALUE(unsigned short, oparg, _JIT_OPARG);
    PATCH_VALUE(long, operand, _JIT_OPERAND0);
    switch (_JIT_OPCODE) {
        CASE
    }
    JUMP_TO(_JIT_CONTINUE);
}
