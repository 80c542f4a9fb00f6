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

sg_result sg_trace_build(const sg_stencils *s, sg_arena *arena, const sg_uop *uops, size_t count,
                         const sg_trace_options *options, sg_trace **result, sg_problem *problem) {
  static const sg_trace_options none;
  const sg_trace_options *o = options ? options : &none;
  const int apart = sg_arena_keeps_data_apart(arena);
  const size_t veneer_size = sg_veneer_size(sg_stencils_tables(s)->arch), alignment = sg_stencils_tables(s)->code_alignment;
  /* A piece begins at a multiple of the granule; where code must at one of more, there is room to move it up. */
  const size_t more = alignment > SG_GRANULE ? alignment - SG_GRANULE : 0;
  size_t code_size, data_size, veneers = 0, needed;
  *result = NULL;
  if (problem != NULL)
    memset(problem, 0, sizeof(*problem));
  if (count == 0 || count > UINT32_MAX / 2)
    return SG_BAD_TRACE;
  sg_trace *trace = new_trace(count, o->name ? o->name : "trace");
  if (trace == NULL)
    return SG_NO_MEMORY;
  sg_result status = sg_trace_size(s, uops, count, (uint32_t *)trace->starts, &code_size, &data_size);
  if (status == SG_OK && code_size == 0)
    status = SG_BAD_TRACE;
  while (status == SG_OK) {
    const size_t code_end = code_size + veneers * veneer_size, data_start = (code_end + 7) / 8 * 8;
    sg_piece code, data = {0};
    status = sg_arena_allocate(arena, (apart || data_size == 0 ? code_end : data_start + data_size) + more, 0, &code);
    if (status != SG_OK)
      break;
    const size_t up = (size_t)(0 - (uintptr_t)code.run) & (alignment - 1);
    code.run += up;
    code.write += up;
    code.size -= up;
    if (apart && data_size > 0) {
      status = sg_arena_allocate(arena, data_size, 1, &data);
    } else {
      data.write = code.write + data_start;
      data.run = code.run + data_start;
    }
    sg_image image = {code.write, data.write, (uint64_t)(uintptr_t)code.run, (uint64_t)(uintptr_t)data.run,
                      code_size,  data_size,  veneers};
    if (status == SG_OK) {
      needed = 0;
      status = sg_trace_write(s, uops, count, trace->starts, o->values, &image, &needed, problem);
      trace->code = code.run;
      trace->data = data_size > 0 ? data.run : NULL;
      trace->code_size = code_end;
      trace->data_size = data_size;
      trace->set = s;
      trace->user = o->user;
      for (size_t i = 0; i < count; i++)
        ((uint16_t *)trace->stencils)[i] = (uint16_t)uops[i].stencil;
      sg_result finished = sg_arena_finish(arena, &code, status == SG_OK ? trace : NULL, 0);
      if (status == SG_OK && finished != SG_OK)
        status = finished;
      if (status == SG_OK) {
        *result = trace;
        return SG_OK;
      }
    }
    if (apart && data.run != NULL && data_size > 0)
      sg_arena_release(arena, data.run, 1);
    sg_arena_release(arena, code.run, 0);
    if (status != SG_OUT_OF_RANGE || needed <= veneers)
      break;
    /* A place from which it does not reach: once more with room for veneers, twice at most as the place may change. */
    veneers = needed;
    status = SG_OK;
  }
  free(trace);
  return status;
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
