/* What the files of the runtime share; no part of its interface. */
#ifndef SG_INTERNAL_H
#define SG_INTERNAL_H

#include "sg_runtime.h"

/* Where the values that fill holes stand in writer.slots: the first as SG_VALUE_..., then by source. */
enum {
  SLOT_OPERAND = SG_VALUE_FIRST_OWN,
  SLOT_TARGET = SLOT_OPERAND + SG_MAX_OPERANDS,
  SLOT_TRACE = SLOT_TARGET + SG_MAX_TARGETS,
  SLOT_DATA_WRITE = SLOT_TRACE + SG_MAX_TRACE_VALUES, /* no hole value: where the data is written, and its size */
  SLOT_DATA_SIZE,
  SLOTS
};

/* A hole, with all that is known before there is a trace. */
typedef struct sg_patch {
  uint64_t constant; /* symbol + addend */
  uint64_t mask;
  uint64_t relative; /* plain kinds: all ones when the fixup's address is subtracted */
  uint64_t bias;     /* plain kinds: added before the upper half must be zero */
  uint16_t offset;
  uint8_t slot, shift, kind;
  uint8_t wide;    /* plain kinds: 8 bytes */
  uint8_t special; /* no plain kind */
} sg_patch;

typedef struct sg_prepared {
  const uint8_t *code, *data;
  const sg_patch *code_patches; /* those of the data follow */
  uint16_t code_size, data_size, code_holes, data_holes;
} sg_prepared;

/* A piece of an arena: written at one address, run at another. */
typedef struct sg_piece {
  uint8_t *write;
  uint8_t *run;
  size_t size;
} sg_piece;

/* Hands out memory. \param data  not 0: memory for data, when the arena keeps it apart. */
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
