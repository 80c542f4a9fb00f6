// What template and shim share. Only Clang compiles it, as part of stencilgen: the host's compiler need not know
// preserve_none.
#ifndef CALC_STENCIL_H
#define CALC_STENCIL_H

#include "calc.h"

// A stencil as the stencil before it calls it.
typedef int64_t (*calc_stencil)(int64_t *stack_pointer) __attribute__((preserve_none));

// A hole: the address of a symbol that nobody defines, which the JIT replaces with a value.
#define HOLE(TYPE, NAME, SYMBOL) \
    extern char SYMBOL[];        \
    TYPE NAME = (TYPE)(uintptr_t)SYMBOL

#endif
