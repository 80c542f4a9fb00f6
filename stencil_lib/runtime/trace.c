/* Traces sized, copied and patched: the fast way, for stencils that tables.c could prepare. A stencil whose fast way does not
 * do is done again with care (careful.c). */
#include "internal.h"
#include <string.h>

/* ---- Sizing ---- */

sg_result sg_trace_size(const sg_stencils *s, const sg_uop *uops, size_t count, uint32_t *starts, size_t *code_size,
                        size_t *data_size) {
  const uint32_t stencil_count = s->tables->stencil_count;
  uint64_t code = 0, data = 0;
  if (count == 0 || count > UINT32_MAX / 2)
    return SG_BAD_TRACE;
  for (size_t i = 0; i < count; i++) {
    if (uops[i].stencil >= stencil_count || uops[i].target[0] > count || uops[i].target[1] > count)
      return SG_BAD_TRACE;
    const sg_prepared *stencil = &s->stencils[uops[i].stencil];
    starts[i] = (uint32_t)code;
    code += stencil->code_size;
    data += stencil->data_size;
    if (code > INT32_MAX || data > INT32_MAX)
      return SG_BAD_TRACE;
  }
  starts[count] = (uint32_t)code;
  *code_size = (size_t)code;
  *data_size = (size_t)data;
  return SG_OK;
}

/* ---- Copying and patching ---- */

/* Copies in chunks: more than `size`, up to a whole number of chunks and at least one. */
static inline void copy_chunks(uint8_t *to, const uint8_t *from, size_t size) {
  memcpy(to, from, SG_COPY_CHUNK);
  for (size_t done = SG_COPY_CHUNK; done < size; done += SG_COPY_CHUNK)
    memcpy(to + done, from + done, SG_COPY_CHUNK);
}

/* Fills a hole: 8 bytes always, of which the upper 4 may be those of the stencil, as a branch on the width would cost more, and
   reading what has just been copied even more. Not 0: the number did not fit. */
static inline uint64_t patch_one(const uint64_t *slots, const sg_patch *p, uint8_t *code, uint64_t address) {
  const uint64_t value = slots[p->slot] + p->constant - (address & p->relative);
  const uint64_t bytes = (value & p->mask) | p->upper;
  memcpy(code + p->offset, &bytes, 8);
  return (value + p->bias) & ~p->mask;
}

/* Fills the holes of a stencil: some in any case, as their number can not be foreseen. */
static inline uint64_t patch_all(const uint64_t *slots, const sg_prepared *stencil, uint8_t *code, uint64_t address) {
  uint64_t overflow = 0;
  const sg_patch *p = stencil->patches, *end = p + stencil->patch_count;
  do {
    overflow |= patch_one(slots, p, code, address);
    overflow |= patch_one(slots, p + 1, code, address);
    p += SG_PATCH_GROUP;
  } while (p < end);
  return overflow;
}

sg_result sg_trace_write(const sg_stencils *s, const sg_uop *uops, size_t count, const uint32_t *starts,
                         const uint64_t values[SG_MAX_TRACE_VALUES], const sg_image *image, size_t *veneers_needed,
                         sg_problem *problem) {
  sg_writer w = {.set = s, .image = image};
  /* Copies, as far as a compiler knows what is written could be the originals. */
  const sg_image to = *image;
  const sg_prepared *stencils = s->stencils;
  const unsigned derived_count = s->derived_count;
  size_t data_start = 0;
  if (values != NULL)
    memcpy(&w.slots[SG_SLOT_TRACE], values, sizeof(uint64_t) * SG_MAX_TRACE_VALUES);
  for (size_t i = 0; i < count; i++) {
    const sg_uop *uop = &uops[i];
    const sg_prepared stencil = stencils[uop->stencil];
    const size_t start = starts[i];
    const uint64_t address = to.code_address + start;
    uint8_t *code = to.code + start, *data = to.data + data_start;
    w.slots[SG_VALUE_CODE] = address;
    w.slots[SG_VALUE_DATA] = to.data_address + data_start;
    w.slots[SG_VALUE_CONTINUE] = address + stencil.code_size;
    memcpy(&w.slots[SG_SLOT_OPERAND], uop->operand, sizeof(uop->operand));
    w.slots[SG_SLOT_TARGET] = to.code_address + starts[uop->target[0]];
    w.slots[SG_SLOT_TARGET + 1] = to.code_address + starts[uop->target[1]];
    for (unsigned j = 0; j < derived_count; j++)
      w.slots[SG_SLOT_DERIVED + j] = w.slots[s->derived[j].from] >> s->derived[j].shift & s->derived[j].mask;
    int good = stencil.room <= to.code_size - start;
    if (good) {
      copy_chunks(code, stencil.code, stencil.code_size);
      if (stencil.data_size > 0) {
        good = data_start + stencil.data_size + SG_COPY_CHUNK <= to.data_size;
        if (good)
          copy_chunks(data, stencil.data, stencil.data_size);
      }
      good &= patch_all(w.slots, &stencil, code, address) == 0;
    }
    if (!good) {
      const sg_result result = sg_write_carefully(&w, uop->stencil, code, data, problem);
      if (result != SG_OK) {
        if (problem != NULL)
          problem->uop = i;
        if (veneers_needed != NULL)
          *veneers_needed = 0;
        return result;
      }
    }
    data_start += stencil.data_size;
  }
  if (veneers_needed != NULL)
    *veneers_needed = w.veneers;
  return w.veneers > image->veneers ? SG_OUT_OF_RANGE : SG_OK;
}

int sg_problem_text(const sg_problem *problem, char *buffer, size_t size) {
  sg_fixup_info info;
  if (sg_fixup_kind_info(problem->kind, &info) != SG_OK)
    info.name = "?";
  return snprintf(buffer, size, "micro-op %zu (%s), %s hole at offset 0x%x of kind %s: %s, value 0x%llx", problem->uop,
                  problem->stencil, problem->in_data ? "data" : "code", (unsigned)problem->offset, info.name,
                  sg_result_text(problem->result), (unsigned long long)problem->value);
}
