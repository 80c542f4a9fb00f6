/* What the files of the runtime share; no part of its interface. */
#ifndef SG_INTERNAL_H
#define SG_INTERNAL_H

#include "sg_runtime.h"

/* Where the values that fill holes stand in sg_writer.slots: the first as SG_VALUE_..., then by source, then those that are a
   part of another (sg_derived). */
enum {
  SG_SLOT_OPERAND = SG_VALUE_FIRST_OWN,
  SG_SLOT_TARGET = SG_SLOT_OPERAND + SG_MAX_OPERANDS,
  SG_SLOT_TRACE = SG_SLOT_TARGET + SG_MAX_TARGETS,
  SG_SLOT_DERIVED = SG_SLOT_TRACE + SG_MAX_TRACE_VALUES,
  SG_SLOTS = SG_SLOT_DERIVED + SG_MAX_VALUES
};

enum {
  SG_COPY_CHUNK = 32, /* bytes */
  SG_PATCH_GROUP = 2  /* a stencil's patches are filled up to a multiple of this with ones that change nothing */
};

/* A hole of plain kind, with all that is known before there is a trace: the value is
   slot + constant - (the code's address & relative); value + bias must have no bits outside the mask. */
typedef struct sg_patch {
  uint64_t constant; /* symbol + addend, less the offset when relative */
  uint64_t relative; /* all ones: a distance; 0 */
  uint64_t mask;     /* the bits of the 8 bytes that are the hole's */
  uint64_t upper;    /* the others: a hole among them comes later */
  uint32_t bias;
  uint16_t offset, slot;
} sg_patch;

/* A slot that is (another >> shift) & mask. */
typedef struct sg_derived {
  uint8_t from, shift;
  uint64_t mask;
} sg_derived;

/* A stencil for the fast way: relaxed, with what is known filled in. Chunks may be read beyond its end. */
typedef struct sg_prepared {
  const uint8_t *code, *data;
  const sg_patch *patches; /* of the code, at least one group; the data's are filled in */
  uint32_t room; /* from its start to the end of the code, for chunks; UINT32_MAX: only the careful way does it */
  uint16_t patch_count, code_size, data_size;
} sg_prepared;

struct sg_stencils {
  const sg_tables *tables;
  uint8_t *bytes;
  sg_prepared *stencils;
  sg_patch *patches;
  uint64_t *symbols;
  unsigned derived_count; /* of those that a patch uses */
  sg_derived derived[SG_MAX_VALUES];
};

/* A trace being written. */
typedef struct sg_writer {
  const sg_stencils *set;
  const sg_image *image;
  uint64_t slots[SG_SLOTS]; /* of the micro-op that is written */
  size_t veneers;           /* made, or wanted */
} sg_writer;

/* Writes the stencil with this number, as the slots say, byte by byte and hole by hole. */
sg_result sg_write_carefully(sg_writer *writer, uint32_t stencil, uint8_t *code, uint8_t *data, sg_problem *problem);
/* Changes an instruction that loads a slot, whose operand is at `offset`, to one with the target as operand. 0: there is none
   for it. */
int sg_relax_x86_64(uint8_t *code, unsigned offset);
/* Symbol + addend. */
uint64_t sg_hole_constant(const sg_stencils *stencils, const sg_hole *hole);
uint8_t sg_slot_of(const sg_source *source);
uint64_t sg_mask_of(const sg_source *source);

/* Numbers of the architectures whose instructions the runtime knows: little-endian, on any host. */
static inline uint32_t sg_load32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}
static inline uint64_t sg_load64(const uint8_t *at) { return sg_load32(at) | (uint64_t)sg_load32(at + 4) << 32; }
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

/* Hands out memory. What the functions below get may also be an address further up in the piece. \param data  not 0: memory for data, when the arena keeps it apart. */
sg_result sg_arena_allocate(sg_arena *arena, size_t size, int data, sg_piece *piece);
/* Ends writing: the piece can be executed then, and belongs to the trace. */
sg_result sg_arena_finish(sg_arena *arena, const sg_piece *piece, sg_trace *trace, int data);
void sg_arena_release(sg_arena *arena, const void *run, int data);
int sg_arena_keeps_data_apart(const sg_arena *arena);
/* The trace a code address belongs to, NULL: none. */
const sg_trace *sg_arena_find(sg_arena *arena, const void *address);

/* Pages of the system (pages.c). */
size_t sg_page_size(void);
typedef struct sg_region_pages {
  uint8_t *write, *run;
  size_t size;
} sg_region_pages;
/* Reserves pages within reach of `near`. Writable at `write` at once, except with SG_PROTECTION_THREAD. 0: refused. */
int sg_pages_reserve(size_t size, const void *near, sg_protection protection, int data, sg_region_pages *pages);
void sg_pages_release(const sg_region_pages *pages);
/* SG_PROTECTION_SWITCH and _THREAD: around writing. 0: refused. */
int sg_pages_begin_write(uint8_t *start, size_t size, sg_protection protection);
int sg_pages_end_write(uint8_t *start, size_t size, sg_protection protection);
void sg_pages_flush(uint8_t *run, size_t size);

#endif
