/* What the files of the runtime share; no part of its interface. */
#ifndef SG_INTERNAL_H
#define SG_INTERNAL_H

#include "sg_runtime.h"

/* Where the values that fill holes stand in sg_writer.slots: the first as SG_VALUE_..., then by source. */
enum {
  SG_SLOT_OPERAND = SG_VALUE_FIRST_OWN,
  SG_SLOT_TARGET = SG_SLOT_OPERAND + SG_MAX_OPERANDS,
  SG_SLOT_TRACE = SG_SLOT_TARGET + SG_MAX_TARGETS,
  SG_SLOTS = SG_SLOT_TRACE + SG_MAX_TRACE_VALUES
};

/* What the fast way adds up to fill holes, for each micro-op. Code is reached relative to itself nearly
   always, so that is what costs nothing more; the rest is derived, as far as a set needs it. */
enum {
  SG_INPUT_NONE,          /* 0 */
  SG_INPUT_CODE,          /* the code's address */
  SG_INPUT_MINUS_CODE,    /* less that: what is added to the rest is a distance */
  SG_INPUT_DATA_DISTANCE, /* from code to data */
  SG_INPUT_OPERAND,       /* as sg_uop has them */
  SG_INPUT_TARGET = SG_INPUT_OPERAND + SG_MAX_OPERANDS, /* from code to target */
  SG_INPUT_TRACE = SG_INPUT_TARGET + SG_MAX_TARGETS,    /* as the trace's options have them */
  SG_INPUT_DERIVED = SG_INPUT_TRACE + SG_MAX_TRACE_VALUES,
  SG_MAX_DERIVED = 2 * SG_MAX_VALUES + 1 + SG_MAX_TARGETS, /* values and distances; data and targets */
  SG_INPUTS = SG_INPUT_DERIVED + SG_MAX_DERIVED
};

/* (from >> shift & mask) + plus, of inputs. */
typedef struct sg_derived {
  uint8_t from, shift, plus;
  uint64_t mask;
} sg_derived;

enum {
  SG_COPY_CHUNK = 32, /* bytes */
  SG_FIRST_PATCHES = 2
};

/* A hole of plain kind, with all that is known before there is a trace: input + constant, in 8 bytes when it
   is wide; else in 4, and value + bias must fit in 32 bits. */
typedef struct sg_patch {
  uint64_t constant; /* symbol + addend, less the offset for a distance */
  uint64_t where;    /* bias << 32 | offset << 16 | input: one load is cheaper than three */
} sg_patch;

/* What control flow and registers a stencil wants of a trace: sg_prepared.flow. */
enum {
  SG_FLOW_IN = 15,           /* items in registers at its start */
  SG_FLOW_OUT_SHIFT = 4,     /* and at its end, in 4 bits */
  SG_FLOW_TARGETS_SHIFT = 8, /* a bit for each target that it has */
  SG_FLOW_TARGETS = ((1 << SG_MAX_TARGETS) - 1) << SG_FLOW_TARGETS_SHIFT,
  SG_FLOW_ENDS = 1 << (SG_FLOW_TARGETS_SHIFT + SG_MAX_TARGETS) /* does not go on to what follows */
};

/* A stencil for the fast way: relaxed, with what is known filled in. What most need stands here itself. */
typedef struct sg_prepared {
  uint16_t code_size, data_size; /* bytes */
  uint16_t flow;                 /* SG_FLOW_... */
  uint8_t has_more;              /* longer code, data, patches, or inputs that are not always there */
  uint8_t wide_count;            /* of more_patches, behind the narrow ones */
  uint16_t narrow_count;
  sg_patch patches[SG_FIRST_PATCHES]; /* narrow; unused entries write past the code, where the next stencil
                                         overwrites them */
  uint8_t head[SG_COPY_CHUNK];        /* the code's first bytes */
  const sg_patch *more_patches;
  const uint8_t *code, *data; /* chunks may be read beyond their ends */
} sg_prepared;

struct sg_stencils {
  const sg_tables *tables;
  uint8_t *bytes;
  sg_prepared *stencils;
  sg_patch *patches;
  uint64_t *symbols;
  unsigned target_count; /* targets and derived inputs that a patch uses */
  unsigned derived_count;
  sg_derived derived[SG_MAX_DERIVED];
};

/* A trace being written. */
typedef struct sg_writer {
  const sg_stencils *set;
  const sg_image *image;
  const uint32_t *starts;
  uint64_t slots[SG_SLOTS]; /* of the micro-op that is written with care; the trace's values */
  size_t veneers;           /* made, or wanted */
} sg_writer;

/* sg_trace_size. \param flows  set to 0 where sg_trace_check would find something */
sg_result sg_size_trace(const sg_stencils *stencils, const sg_uop *uops, size_t count, uint32_t *starts,
                        size_t *code_size, size_t *data_size, int *flows);
/* Writes a micro-op, hole by hole. \param start, data_start  bytes from the beginning of code and data */
sg_result sg_write_carefully(sg_writer *writer, const sg_uop *uop, size_t start, size_t data_start,
                             sg_problem *problem);
/* Symbol + addend. */
uint64_t sg_hole_constant(const sg_stencils *stencils, const sg_hole *hole);
uint8_t sg_slot_of(const sg_source *source);
uint64_t sg_mask_of(const sg_source *source);

/* Numbers of the architectures whose instructions the runtime knows: little-endian, on any host. */
static inline uint32_t sg_load32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}
static inline uint64_t sg_load64(const uint8_t *at) {
  return sg_load32(at) | (uint64_t)sg_load32(at + 4) << 32;
}
static inline void sg_store32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++)
    at[i] = (uint8_t)(value >> (8 * i));
}
static inline void sg_store64(uint8_t *at, uint64_t value) {
  sg_store32(at, (uint32_t)value);
  sg_store32(at + 4, (uint32_t)(value >> 32));
}

/* A piece of an arena: written at one address, run at another. */
typedef struct sg_piece {
  uint8_t *write;
  uint8_t *run;
  size_t size;
} sg_piece;

enum { SG_GRANULE = 16 }; /* every piece begins at a multiple of it, bytes */

/* Hands out memory. What the functions below get may also be an address further up in the piece. \param data
 * not 0: memory for data, when the arena keeps it apart. */
sg_result sg_arena_allocate(sg_arena *arena, size_t size, int data, sg_piece *piece);
/* Ends writing: the piece can be executed then, unless it is for data, and belongs to the trace. \param trace
 * NULL: nothing was written after all, and the piece is to be released. */
sg_result sg_arena_finish(sg_arena *arena, const sg_piece *piece, sg_trace *trace, int data);
void sg_arena_release(sg_arena *arena, const void *run, int data);
int sg_arena_keeps_data_apart(const sg_arena *arena);
/* The trace a code address belongs to, NULL: none. */
const sg_trace *sg_arena_find(sg_arena *arena, const void *address);

/* An arena among those that are told of fork(2) (fork.c). */
typedef struct sg_fork_member {
  sg_arena *arena; /* NULL: not among them */
  struct sg_fork_member *next, *previous;
} sg_fork_member;
/* Errors: SG_NO_MEMORY. */
sg_result sg_fork_watch(sg_fork_member *member, sg_arena *arena);
void sg_fork_forget(sg_fork_member *member);
/* What is called right before and after, in the thread that forks: nothing changes in between. */
void sg_arena_before_fork(sg_arena *arena);
void sg_arena_after_fork(sg_arena *arena, int in_child);
void sg_gdb_before_fork(void);
void sg_gdb_after_fork(void);

/* Pages of the system (pages.c). Errors of all: SG_DENIED, a policy of the system forbids it; SG_NO_MEMORY.
 */
size_t sg_page_size(void);
typedef struct sg_region_pages {
  uint8_t *write, *run;
  size_t size;
} sg_region_pages;
/* Reserves pages within reach of `home` (NULL: anywhere). Writable at `write` at once, except with
 * SG_PROTECTION_THREAD. */
sg_result sg_pages_reserve(size_t size, const void *home, sg_protection protection, int data,
                           sg_region_pages *pages);
void sg_pages_release(const sg_region_pages *pages);
/* SG_PROTECTION_SWITCH and _THREAD: around writing. */
sg_result sg_pages_begin_write(uint8_t *start, size_t size, sg_protection protection);
sg_result sg_pages_end_write(uint8_t *start, size_t size, sg_protection protection);
void sg_pages_flush(uint8_t *run, size_t size);
/* SG_PROTECTION_DUAL: puts the pages `by`, of the same size, in the place of `pages`, whose addresses stay.
 * Threads may run code there meanwhile. `by` is used up, also when there is an error. */
sg_result sg_pages_replace(const sg_region_pages *pages, const sg_region_pages *by);

#endif
