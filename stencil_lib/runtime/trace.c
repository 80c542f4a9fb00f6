/* Traces in an arena: built, freed, found again by a code address. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

/* The trace and all it points to, in one piece of ordinary memory. */
static sg_trace *new_trace(size_t count, const char *name) {
  const size_t starts = sizeof(sg_trace), stencils = starts + (count + 1) * sizeof(uint32_t);
  const size_t text = stencils + count * sizeof(uint16_t);
  uint8_t *memory = calloc(1, text + strlen(name) + 1);
  if (memory == NULL)
    return NULL;
  sg_trace *trace = (sg_trace *)(void *)memory;
  trace->starts = (uint32_t *)(void *)(memory + starts);
  trace->stencils = (uint16_t *)(void *)(memory + stencils);
  trace->name = strcpy((char *)memory + text, name);
  trace->uop_count = count;
  return trace;
}

/* Memory for a trace and `veneers` veneers, and where to write it. Without data the piece `data` has no
 * address. */
static sg_result allocate(sg_arena *arena, const sg_trace *trace, const sg_tables *tables, size_t code_size,
                          size_t veneers, sg_piece *code, sg_piece *data, sg_image *image) {
  const size_t data_size = trace->data_size, alignment = tables->code_alignment;
  const size_t code_end = code_size + veneers * sg_veneer_size(tables->arch);
  const size_t data_start = (code_end + 7) / 8 * 8;
  const int apart = data_size > 0 && sg_arena_keeps_data_apart(arena);
  /* A piece begins at a multiple of the granule; where code must at one of more, there is room to move it
     up. */
  const size_t more = alignment > SG_GRANULE ? alignment - SG_GRANULE : 0;
  *data = (sg_piece){NULL, NULL, data_size};
  sg_result result =
      sg_arena_allocate(arena, (apart || data_size == 0 ? code_end : data_start + data_size) + more, 0, code);
  if (result != SG_OK)
    return result;
  const size_t up = (size_t)(0 - (uintptr_t)code->run) & (alignment - 1);
  code->run += up;
  code->write += up;
  code->size -= up;
  if (apart)
    result = sg_arena_allocate(arena, data_size, 1, data);
  if (result != SG_OK) {
    sg_arena_finish(arena, code, NULL, 0);
    sg_arena_release(arena, code->run, 0);
    return result;
  }
  uint8_t *write = apart ? data->write : code->write + data_start;
  const uint8_t *run = apart ? data->run : code->run + data_start;
  *image =
      (sg_image){code->write, write,  (uint64_t)(uintptr_t)code->run, (uint64_t)(uintptr_t)run, code_size,
                 data_size,   veneers};
  return SG_OK;
}

/* Ends writing, and gives the memory back unless `result` is SG_OK. Returns that, or what is wrong with
 * ending. */
static sg_result finish(sg_arena *arena, sg_trace *trace, const sg_piece *code, const sg_piece *data,
                        sg_result result) {
  const sg_result finished = sg_arena_finish(arena, code, result == SG_OK ? trace : NULL, 0);
  if (result == SG_OK)
    result = finished;
  if (result == SG_OK && data->run != NULL)
    sg_arena_finish(arena, data, trace, 1);
  if (result != SG_OK) {
    if (data->run != NULL)
      sg_arena_release(arena, data->run, 1);
    sg_arena_release(arena, code->run, 0);
  }
  return result;
}

/* Places, copies and patches a trace whose sizes are known. \param code_size  without veneers */
static sg_result place(sg_arena *arena, sg_trace *trace, const sg_uop *uops, size_t code_size,
                       const sg_trace_options *options, sg_problem *problem) {
  const sg_tables *tables = sg_stencils_tables(trace->set);
  size_t veneers = 0, needed = 0;
  for (;;) {
    sg_piece code, data;
    sg_image image;
    sg_result result = allocate(arena, trace, tables, code_size, veneers, &code, &data, &image);
    if (result != SG_OK)
      return result;
    result = sg_trace_write(trace->set, uops, trace->uop_count, trace->starts, options->values, &image,
                            &needed, problem);
    trace->code = (const void *)(uintptr_t)image.code_address;
    trace->data = trace->data_size > 0 ? (const void *)(uintptr_t)image.data_address : NULL;
    trace->code_size = code_size + veneers * sg_veneer_size(tables->arch);
    result = finish(arena, trace, &code, &data, result);
    if (result != SG_OUT_OF_RANGE || needed <= veneers)
      return result;
    /* A place from which it does not reach: once more with room for veneers, twice at most as the place may
     * change. */
    veneers = needed;
  }
}

/* Checks and sizes, then places. */
static sg_result build(const sg_stencils *s, sg_arena *arena, const sg_uop *uops, size_t count,
                       const sg_trace_options *options, sg_trace **result, sg_problem *problem) {
  size_t code_size = 0;
  int flows = 0;
  if (count == 0 || count > UINT32_MAX / 2)
    return SG_BAD_TRACE;
  sg_trace *trace = new_trace(count, options->name ? options->name : "trace");
  if (trace == NULL)
    return SG_NO_MEMORY;
  trace->set = s;
  trace->user = options->user;
  sg_result status =
      sg_size_trace(s, uops, count, (uint32_t *)trace->starts, &code_size, &trace->data_size, &flows);
  if (status == SG_OK && code_size == 0)
    status = SG_BAD_TRACE;
  else if (status == SG_NO_VARIANT || status == SG_NO_TARGET || (status == SG_OK && !flows))
    status = sg_trace_check(s, uops, count, problem);
  if (status == SG_OK) {
    for (size_t i = 0; i < count; i++)
      ((uint16_t *)trace->stencils)[i] = (uint16_t)uops[i].stencil;
    status = place(arena, trace, uops, code_size, options, problem);
  }
  if (status == SG_OK)
    *result = trace;
  else
    free(trace);
  return status;
}

sg_result sg_trace_build(const sg_stencils *s, sg_arena *arena, const sg_uop *uops, size_t count,
                         const sg_trace_options *options, sg_trace **result, sg_problem *problem) {
  static const sg_trace_options none;
  sg_problem own;
  sg_problem *p = problem ? problem : &own;
  *result = NULL;
  memset(p, 0, sizeof(*p));
  p->result = build(s, arena, uops, count, options ? options : &none, result, p);
  return p->result;
}

void sg_trace_free(sg_arena *arena, sg_trace *trace) {
  if (trace == NULL)
    return;
  sg_gdb_unregister(trace);
  if (sg_arena_keeps_data_apart(arena) && trace->data != NULL)
    sg_arena_release(arena, trace->data, 1);
  sg_arena_release(arena, trace->code, 0);
  free(trace);
}

int sg_lookup(sg_arena *arena, const void *address, sg_place *place) {
  const sg_trace *trace = sg_arena_find(arena, address);
  if (trace == NULL)
    return 0;
  const size_t offset = (size_t)((const uint8_t *)address - (const uint8_t *)trace->code);
  if (offset >= trace->code_size)
    return 0; /* its data */
  /* The last micro-op that begins at or before the address and is not empty. */
  size_t low = 0, high = trace->uop_count;
  while (low < high) {
    const size_t middle = (low + high) / 2;
    if (trace->starts[middle + 1] <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  place->trace = trace;
  place->uop = low;
  place->stencil = low < trace->uop_count ? sg_stencil_name(trace->set, trace->stencils[low]) : "veneer";
  place->offset = (uint32_t)(offset - trace->starts[low]);
  return 1;
}
