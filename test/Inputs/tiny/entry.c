// From the C calling convention to the first micro-op, for an interpreter that links it.
#include "tiny.h"

long
tiny_entry(Machine *machine, long *stack, Code *code)
{
    return code(machine, stack) + 1;
}
