// From the C calling convention, in which the host calls, to that of the stencils. The first stencil follows it.
#include "stencil.h"

int64_t
_JIT_ENTRY(int64_t *sp)
{
    HOLE(calc_stencil, first, _JIT_CONTINUE);
    return first(sp);
}
