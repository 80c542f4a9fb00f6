// From the C calling convention to the first micro-op.
#include "tiny.h"

long
_JIT_ENTRY(Machine *machine, long *stack)
{
    extern Code _JIT_CONTINUE;
    return _JIT_CONTINUE(machine, stack) + 1;
}
