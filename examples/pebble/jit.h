// What jit.c and optimizer.c share.
#ifndef PEBBLE_JIT_H
#define PEBBLE_JIT_H

#include "pebble.h" // first: the stencils name its functions

#include "jit_stencils.h"
#include "pebble-opcodes.h"
#include "sg_runtime.h"

typedef struct Jit {
  const sg_tables *tables;
  sg_stencils *stencils;
  sg_arena *arena;
  sg_trace *shim;
  sg_trace **traces;
  size_t count, capacity;
  Exit *exits;
  FILE *perf_map;
  bool debugger;
  uint64_t nanoseconds;
  size_t code_size, uops;
} Jit;

// The stencil of a micro-op for so many items in registers.
static inline uint32_t stencil_for(const Jit *jit, uint32_t uop, uint32_t cached) {
  return jit->tables->variants[uop * jit->tables->depths + cached];
}

// An array that is full, larger (jit.c).
void *pebble_grow(void *memory, size_t *capacity, size_t size);

// Makes machine code of micro-ops and keeps it (jit.c). NULL: a hole could not be filled; standard error says
// which.
sg_trace *pebble_keep(Jit *jit, const sg_uop *uops, size_t count, const char *name);

// Compiles a function from its start, or a loop from its header at instruction `entry`, for the types its
// locals have now (optimizer.c). NULL: not possible.
const sg_trace *pebble_optimize(VM *vm, Function *function, Loop *loop, uint32_t entry, const Value *locals);

#endif
