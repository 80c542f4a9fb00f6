/* What is wrong with a trace: found again with names, once sg_size_trace has seen that something is; and
 * told.
 */
#include "internal.h"
#include <string.h>

static unsigned depth_in(const sg_stencils *s, const sg_uop *uop) {
  return s->tables->info[uop->stencil].cached_in;
}

static unsigned depth_out(const sg_stencils *s, const sg_uop *uop) {
  return s->tables->info[uop->stencil].cached_out;
}

static int ends(const sg_stencils *s, const sg_uop *uop) {
  return (s->stencils[uop->stencil].flow & SG_FLOW_ENDS) != 0;
}

/* The micro-op at `at` is reached from `from` with `depth` items in registers. `target`: by which target, -1:
 * as what follows. */
static sg_result arrive(const sg_stencils *s, const sg_uop *uops, size_t count, size_t from, size_t at,
                        int target, sg_problem *p) {
  const unsigned in = at < count ? depth_in(s, &uops[at]) : 0, out = depth_out(s, &uops[from]);
  p->uop = at;
  p->from = from;
  p->from_stencil = sg_stencil_name(s, uops[from].stencil);
  p->target = target;
  p->depth = out;
  p->value = in;
  p->stencil = at < count ? sg_stencil_name(s, uops[at].stencil) : NULL;
  if (at >= count)
    return SG_NO_END;
  return in == out || (target >= 0 && (in == 0 || in == depth_in(s, &uops[from]))) ? SG_OK : SG_WRONG_DEPTH;
}

static sg_result check(const sg_stencils *s, const sg_uop *uops, size_t count, sg_problem *p) {
  if (count == 0 || count > UINT32_MAX / 2)
    return SG_BAD_TRACE;
  for (size_t i = 0; i < count; i++) {
    p->uop = i;
    p->value = uops[i].stencil;
    p->stencil = sg_stencil_name(s, uops[i].stencil);
    if (uops[i].stencil >= s->tables->stencil_count)
      return SG_NO_VARIANT;
    for (int k = 0; k < SG_MAX_TARGETS; k++) {
      p->target = k;
      p->value = uops[i].target[k];
      if (p->value > count)
        return SG_NO_TARGET;
    }
  }
  for (size_t i = 0; i < count; i++) {
    const unsigned targets = s->stencils[uops[i].stencil].flow >> SG_FLOW_TARGETS_SHIFT;
    sg_result result = SG_OK;
    if (!ends(s, &uops[i]))
      result = arrive(s, uops, count, i, i + 1, -1, p);
    for (int k = 0; result == SG_OK && k < SG_MAX_TARGETS; k++)
      if ((targets & 1u << k) != 0)
        result = arrive(s, uops, count, i, uops[i].target[k], k, p);
    if (result != SG_OK)
      return result;
  }
  return SG_OK;
}

sg_result sg_trace_check(const sg_stencils *s, const sg_uop *uops, size_t count, sg_problem *problem) {
  sg_problem own;
  sg_problem *p = problem ? problem : &own;
  memset(p, 0, sizeof(*p));
  const sg_result result = check(s, uops, count, p);
  p->result = result;
  return result;
}

/* ---- As text ---- */

static int depth_text(const sg_problem *p, char *buffer, size_t size) {
  char way[32] = "which it follows,";
  if (p->target >= 0)
    snprintf(way, sizeof(way), "whose target[%d] it is,", p->target);
  return snprintf(
      buffer, size,
      "micro-op %zu (%s) starts with %u items in registers, but micro-op %zu (%s), %s ends with %u", p->uop,
      p->stencil, (unsigned)p->value, p->from, p->from_stencil, way, p->depth);
}

static int end_text(const sg_problem *p, char *buffer, size_t size) {
  if (p->target >= 0)
    return snprintf(buffer, size,
                    "micro-op %zu (%s): target[%d] is the end of the trace, where there is no code", p->from,
                    p->from_stencil, p->target);
  return snprintf(buffer, size,
                  "micro-op %zu (%s) is the last and goes on to what follows it: expected one that jumps or "
                  "leaves",
                  p->from, p->from_stencil);
}

int sg_problem_text(const sg_problem *p, char *buffer, size_t size) {
  sg_fixup_info info;
  switch (p->result) {
  case SG_OUT_OF_RANGE:
  case SG_MISALIGNED:
  case SG_WRONG_INSTRUCTION:
  case SG_UNKNOWN_KIND:
    if (p->stencil == NULL)
      break;
    if (sg_fixup_kind_info(p->kind, &info) != SG_OK)
      info.name = "?";
    return snprintf(buffer, size, "micro-op %zu (%s), %s hole at offset 0x%x of kind %s: %s, value 0x%llx",
                    p->uop, p->stencil, p->in_data ? "data" : "code", (unsigned)p->offset, info.name,
                    sg_result_text(p->result), (unsigned long long)p->value);
  case SG_NO_VARIANT:
    if (p->value == SG_NO_STENCIL)
      return snprintf(
          buffer, size,
          "micro-op %zu has no stencil (SG_NO_STENCIL): there is no variant of it for so many items "
          "in registers",
          p->uop);
    return snprintf(buffer, size, "micro-op %zu: there is no stencil %llu", p->uop,
                    (unsigned long long)p->value);
  case SG_NO_TARGET:
    return snprintf(buffer, size, "micro-op %zu (%s): target[%d] is micro-op %llu, which does not exist",
                    p->uop, p->stencil, p->target, (unsigned long long)p->value);
  case SG_WRONG_DEPTH:
    return depth_text(p, buffer, size);
  case SG_NO_END:
    return end_text(p, buffer, size);
  default:
    break;
  }
  return snprintf(buffer, size, "%s", sg_result_text(p->result));
}
