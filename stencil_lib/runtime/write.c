/* Traces sized, copied and patched: the fast way, for stencils that tables.c could prepare. A stencil whose
 * fast way does not do is done again with care (careful.c). */
#include "internal.h"
#include <string.h>

/* ---- Sizing ---- */

/* Whether a micro-op's targets are reached as they want to be: with so many items in registers as the
 * micro-op starts or ends with, or none. Where it leaves for a target is between its start and its end. */
static int targets_fit(const sg_stencils *s, const sg_uop *uops, size_t count, size_t i, unsigned flow) {
  for (unsigned k = 0; k < SG_MAX_TARGETS; k++) {
    const uint32_t target = uops[i].target[k];
    if ((flow >> SG_FLOW_TARGETS_SHIFT & 1u << k) == 0)
      continue;
    if (target >= count || uops[target].stencil >= s->tables->stencil_count)
      return 0;
    const unsigned in = s->stencils[uops[target].stencil].flow & SG_FLOW_IN;
    if (in != 0 && in != (flow & SG_FLOW_IN) && in != (flow >> SG_FLOW_OUT_SHIFT & SG_FLOW_IN))
      return 0;
  }
  return 1;
}

sg_result sg_size_trace(const sg_stencils *s, const sg_uop *uops, size_t count, uint32_t *starts,
                        size_t *code_size, size_t *data_size, int *flows) {
  const uint32_t stencil_count = s->tables->stencil_count;
  uint64_t code = 0, data = 0;
  unsigned wrong = 0, depth = 0, goes_on = 0; /* the last is SG_FLOW_IN where one goes on, a mask */
  if (count == 0 || count > UINT32_MAX / 2)
    return SG_BAD_TRACE;
  for (size_t i = 0; i < count; i++) {
    if (uops[i].stencil >= stencil_count)
      return SG_NO_VARIANT;
    if (uops[i].target[0] > count || uops[i].target[1] > count)
      return SG_NO_TARGET;
    const sg_prepared *stencil = &s->stencils[uops[i].stencil];
    const unsigned flow = stencil->flow;
    wrong |= (flow ^ depth) & goes_on;
    depth = flow >> SG_FLOW_OUT_SHIFT;
    goes_on = (flow & SG_FLOW_ENDS) != 0 ? 0 : SG_FLOW_IN;
    if ((flow & SG_FLOW_TARGETS) != 0)
      wrong |= !targets_fit(s, uops, count, i, flow);
    starts[i] = (uint32_t)code;
    code += stencil->code_size;
    data += stencil->data_size;
    if (code > INT32_MAX || data > INT32_MAX)
      return SG_BAD_TRACE;
  }
  starts[count] = (uint32_t)code;
  *code_size = (size_t)code;
  *data_size = (size_t)data;
  *flows = (wrong | goes_on) == 0;
  return SG_OK;
}

sg_result sg_trace_size(const sg_stencils *s, const sg_uop *uops, size_t count, uint32_t *starts,
                        size_t *code_size, size_t *data_size) {
  int flows;
  return sg_size_trace(s, uops, count, starts, code_size, data_size, &flows);
}

/* ---- Copying and patching ---- */

/* Copies in chunks: more than `size`, up to a whole number of chunks and at least one. */
static inline void copy_chunks(uint8_t *to, const uint8_t *from, size_t size) {
  memcpy(to, from, SG_COPY_CHUNK);
  for (size_t done = SG_COPY_CHUNK; done < size; done += SG_COPY_CHUNK)
    memcpy(to + done, from + done, SG_COPY_CHUNK);
}

/* The inputs that are parts of others, or the same from another origin. */
static void derive_inputs(const sg_stencils *s, uint64_t *inputs) {
  const sg_derived *d = s->derived;
  for (uint64_t *to = inputs + SG_INPUT_DERIVED, *end = to + s->derived_count; to < end; to++, d++)
    *to = (inputs[d->from] >> d->shift & d->mask) + inputs[d->plus];
}

/* Fills a hole in 4 bytes. More than 32 bits: the number did not fit. */
static inline uint64_t patch_one(const uint64_t *inputs, const sg_patch *p, uint8_t *code) {
  const uint64_t where = p->where, value = inputs[where & 0xffff] + p->constant;
  const uint32_t bytes = (uint32_t)value;
  memcpy(code + (where >> 16 & 0xffff), &bytes, sizeof(bytes));
  return value + (where >> 32);
}

/* What a stencil has beyond its first bytes and patches. More than 32 bits: a number or the data did not fit.
 */
static uint64_t write_more(const sg_writer *w, const sg_prepared *stencil, uint64_t *inputs, size_t start,
                           size_t data_start) {
  const sg_image *to = w->image;
  uint8_t *code = to->code + start;
  const uint64_t address = to->code_address + start;
  uint64_t numbers = 0;
  if (stencil->code_size > SG_COPY_CHUNK)
    copy_chunks(code + SG_COPY_CHUNK, stencil->code + SG_COPY_CHUNK, stencil->code_size - SG_COPY_CHUNK);
  if (stencil->data_size > 0) {
    if (data_start + stencil->data_size + SG_COPY_CHUNK > to->data_size)
      return UINT64_MAX;
    copy_chunks(to->data + data_start, stencil->data, stencil->data_size);
  }
  inputs[SG_INPUT_CODE] = address;
  inputs[SG_INPUT_DATA_DISTANCE] = to->data_address + data_start - address;
  derive_inputs(w->set, inputs);
  const sg_patch *p = stencil->more_patches, *end = p + stencil->narrow_count;
  for (; p < end; p++)
    numbers |= patch_one(inputs, p, code);
  for (end = p + stencil->wide_count; p < end; p++) {
    const uint64_t value = inputs[p->where & 0xffff] + p->constant;
    memcpy(code + (p->where >> 16 & 0xffff), &value, sizeof(value));
  }
  return numbers;
}

/* Writes micro-ops from number `i` on, as long as the fast way can. Returns the number of the first micro-op
   that it cannot write, or `count`; `data_start` is where the data of that micro-op is. Ends before the last
   chunks of the code and data. */
static size_t write_fast(const sg_writer *w, const sg_uop *uops, size_t i, size_t count, uint64_t *inputs,
                         size_t *data_start) {
  /* Copies: for all that the compiler knows, the writes could change the originals. */
  const sg_stencils *s = w->set;
  const sg_image to = *w->image;
  const uint32_t *starts = w->starts;
  const sg_prepared *stencils = s->stencils;
  const unsigned target_count = s->target_count;
  size_t data = *data_start;
  for (; i < count; i++) {
    const sg_uop *uop = &uops[i];
    const sg_prepared *stencil = &stencils[uop->stencil];
    const size_t start = starts[i];
    uint8_t *code = to.code + start;
    memcpy(code, stencil->head, SG_COPY_CHUNK);
    inputs[SG_INPUT_MINUS_CODE] = 0 - (to.code_address + start);
    memcpy(&inputs[SG_INPUT_OPERAND], uop->operand, sizeof(uop->operand));
    if (target_count > 0)
      inputs[SG_INPUT_TARGET] = (uint64_t)starts[uop->target[0]] - start;
    if (target_count > 1)
      inputs[SG_INPUT_TARGET + 1] = (uint64_t)starts[uop->target[1]] - start;
    uint64_t numbers = 0;
    size_t data_end = data;
    if (stencil->has_more) {
      numbers = write_more(w, stencil, inputs, start, data);
      data_end += stencil->data_size;
    }
    for (unsigned j = 0; j < SG_FIRST_PATCHES; j++)
      numbers |= patch_one(inputs, &stencil->patches[j], code);
    if (numbers >> 32 != 0)
      break;
    data = data_end;
  }
  *data_start = data;
  return i;
}

/* How many micro-ops from the first on have room for a chunk more than their code. */
static size_t count_with_room(const uint32_t *starts, size_t count, size_t code_size) {
  while (count > 0 && (size_t)starts[count] + SG_COPY_CHUNK > code_size)
    count--;
  return count;
}

sg_result sg_trace_write(const sg_stencils *s, const sg_uop *uops, size_t count, const uint32_t *starts,
                         const uint64_t values[SG_MAX_TRACE_VALUES], const sg_image *image,
                         size_t *veneers_needed, sg_problem *problem) {
  sg_writer w = {.set = s, .image = image, .starts = starts};
  const size_t roomy = count_with_room(starts, count, image->code_size);
  uint64_t inputs[SG_INPUTS] = {0};
  size_t data_start = 0;
  if (values != NULL) {
    memcpy(&inputs[SG_INPUT_TRACE], values, sizeof(uint64_t) * SG_MAX_TRACE_VALUES);
    memcpy(&w.slots[SG_SLOT_TRACE], values, sizeof(uint64_t) * SG_MAX_TRACE_VALUES);
  }
  for (size_t i = 0; i < count; i++) {
    if (i < roomy)
      i = write_fast(&w, uops, i, roomy, inputs, &data_start);
    if (i == count)
      break;
    const sg_result result = sg_write_carefully(&w, &uops[i], starts[i], data_start, problem);
    if (result != SG_OK) {
      if (problem != NULL)
        problem->uop = i;
      if (veneers_needed != NULL)
        *veneers_needed = 0;
      return result;
    }
    data_start += s->stencils[uops[i].stencil].data_size;
  }
  if (veneers_needed != NULL)
    *veneers_needed = w.veneers;
  return w.veneers > image->veneers ? SG_OUT_OF_RANGE : SG_OK;
}
