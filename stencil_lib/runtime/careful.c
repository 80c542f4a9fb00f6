/* Stencils copied and patched with care: any kind of hole, relaxation that depends on addresses, veneers, and
 * what is wrong with a hole that cannot be filled. */
#include "internal.h"
#include <string.h>

/* S + A, or G + A. */
static uint64_t value_of(const sg_writer *w, const sg_hole *hole) {
  uint64_t value = 0;
  if (hole->value >= SG_VALUE_FIRST_OWN) {
    const sg_source *source = &w->set->tables->sources[hole->value - SG_VALUE_FIRST_OWN];
    value = w->slots[sg_slot_of(source)] >> source->shift & sg_mask_of(source);
  } else if (hole->value != SG_VALUE_NONE) {
    value = w->slots[hole->value];
  }
  return value + sg_hole_constant(w->set, hole);
}

/* ---- Veneers ---- */

size_t sg_veneer_size(uint8_t arch) { return arch == SG_ARCH_X86_64 ? 14 : arch == SG_ARCH_AARCH64 ? 16 : 0; }

/* A veneer that goes to `target`, or one there is already. x86-64: `jmp *[rip]`, then the address. AArch64:
   `ldr x16, 8`, `br x16`, then the address: x16 and x17 are the registers that veneers may change (AAPCS64,
   section 6.1.1). */
static int find_veneer(sg_writer *w, uint64_t target, uint64_t *address) {
  const uint8_t arch = w->set->tables->arch;
  static const uint8_t x86_64[6] = {0xff, 0x25, 0, 0, 0, 0},
                       aarch64[8] = {0x50, 0, 0, 0x58, 0, 0x02, 0x1f, 0xd6};
  const size_t size = sg_veneer_size(arch), head = size - 8;
  size_t have = w->veneers < w->image->veneers ? w->veneers : w->image->veneers;
  for (size_t i = 0; i < have; i++) {
    if (sg_load64(w->image->code + w->image->code_size + i * size + head) == target) {
      *address = w->image->code_address + w->image->code_size + i * size;
      return 1;
    }
  }
  if (w->veneers++ >= w->image->veneers)
    return 0;
  uint8_t *place = w->image->code + w->image->code_size + have * size;
  memcpy(place, arch == SG_ARCH_X86_64 ? x86_64 : aarch64, head);
  sg_store64(place + head, target);
  *address = w->image->code_address + w->image->code_size + have * size;
  return 1;
}

static int is_branch(const sg_hole *hole) {
  return hole->kind == SG_FIXUP_X86_64_Branch32 || hole->kind == SG_FIXUP_AArch64_Branch26;
}

/* ---- Relaxation: an instruction that loads a data slot becomes one that has the value itself, as in
 * CPython's JIT ---- */

/* One stencil being written. */
typedef struct careful {
  sg_writer *w;
  const sg_stencil *stencil;
  uint8_t *code, *data;
} careful;

/* The slot at `address`, when it is one of the stencil's data; what it holds is written already. */
static const uint8_t *slot_at(const careful *c, const sg_hole *hole, uint64_t address) {
  const uint64_t offset = address - c->w->slots[SG_VALUE_DATA], size = c->stencil->data_size;
  return hole->value == SG_VALUE_DATA && size >= 8 && offset <= size - 8 ? c->data + offset : NULL;
}

static int relax_x86_64(const careful *c, const sg_hole *hole, uint64_t place) {
  const uint8_t *slot = slot_at(c, hole, value_of(c->w, hole) + 4);
  if (slot == NULL)
    return 0;
  const uint64_t value = sg_load64(slot) - 4;
  if (sg_fixup_check(SG_FIXUP_PCRel32, place, value) != SG_OK || !sg_relax_x86_64(c->code, hole->offset))
    return 0;
  return sg_fixup_apply(SG_FIXUP_PCRel32, c->code + hole->offset, place, value) == SG_OK;
}

/* adrp x, page; ldr x, [x, offset] right behind it, of the same slot and with no other register. */
static int relax_aarch64(const careful *c, const sg_hole *hole, const sg_hole *end, uint64_t place) {
  const sg_hole *second = hole + 1;
  if (second >= end || second->kind != SG_FIXUP_AArch64_GotPageOff12 || second->offset != hole->offset + 4 ||
      second->value != hole->value || value_of(c->w, second) != value_of(c->w, hole))
    return 0;
  uint8_t *at = c->code + hole->offset;
  uint32_t adrp = sg_load32(at), load = sg_load32(at + 4);
  const uint32_t reg = adrp & 31, nop = 0xd503201f;
  const uint64_t address = value_of(c->w, hole);
  const uint8_t *slot = slot_at(c, hole, address);
  if (slot == NULL || (load & 31) != reg || (load >> 5 & 31) != reg || (load & 0xffc00000) != 0xf9400000)
    return 0;
  const uint64_t value = sg_load64(slot);
  const int64_t distance = (int64_t)(address - place);
  if (value < (1ull << 16)) { /* movz x, value; nop */
    adrp = 0xd2800000 | (uint32_t)value << 5 | reg;
    load = nop;
  } else if (value < (1ull << 32)) { /* movz x, low; movk x, high, lsl 16 */
    adrp = 0xd2800000 | (uint32_t)(value & 0xffff) << 5 | reg;
    load = 0xf2a00000 | (uint32_t)(value >> 16) << 5 | reg;
  } else if (distance % 4 == 0 && distance >= -(1 << 20) && distance < (1 << 20)) { /* ldr x, slot; nop */
    adrp = 0x58000000 | ((uint32_t)(distance / 4) & 0x7ffff) << 5 | reg;
    load = nop;
  } else {
    return 0;
  }
  sg_store32(at, adrp);
  sg_store32(at + 4, load);
  return 1;
}

/* How many holes were done by relaxing an instruction. */
static unsigned relax(const careful *c, const sg_hole *hole, const sg_hole *end, uint64_t place) {
  switch (hole->kind) {
  case SG_FIXUP_X86_64_GotPCRel32Relax:
  case SG_FIXUP_X86_64_GotPCRel32RelaxRex:
    return (unsigned)relax_x86_64(c, hole, place);
  case SG_FIXUP_AArch64_GotPage21:
    return relax_aarch64(c, hole, end, place) ? 2 : 0;
  default:
    return 0;
  }
}

/* ---- Holes ---- */

/* One hole. A branch that does not reach goes to a veneer. */
static sg_result patch(sg_writer *w, const sg_hole *hole, uint8_t *at, uint64_t place, uint64_t value) {
  const sg_fixup_kind kind = (sg_fixup_kind)hole->kind;
  const sg_result result = sg_fixup_apply(kind, at, place, value);
  if (result != SG_OUT_OF_RANGE || !is_branch(hole) || sg_veneer_size(w->set->tables->arch) == 0)
    return result;
  /* x86-64 counts from the end of the operand: A is part of the value, but not of the target. */
  const uint64_t behind = kind == SG_FIXUP_X86_64_Branch32 ? 4 : 0;
  uint64_t veneer;
  if (!find_veneer(w, value + behind, &veneer))
    return SG_OK; /* the caller makes room, and begins again */
  return sg_fixup_apply(kind, at, place, veneer - behind);
}

static sg_result patch_part(const careful *c, const sg_hole *hole, unsigned count, int in_data,
                            sg_problem *problem) {
  uint8_t *part = in_data ? c->data : c->code;
  const uint64_t address = c->w->slots[in_data ? SG_VALUE_DATA : SG_VALUE_CODE];
  for (const sg_hole *end = hole + count; hole < end; hole++) {
    const uint64_t place = address + hole->offset;
    const unsigned done = in_data ? 0 : relax(c, hole, end, place);
    if (done > 0) {
      hole += done - 1;
      continue;
    }
    const uint64_t value = value_of(c->w, hole);
    const sg_result result = patch(c->w, hole, part + hole->offset, place, value);
    if (result != SG_OK) {
      if (problem != NULL)
        *problem = (sg_problem){.result = result,
                                .in_data = in_data,
                                .offset = hole->offset,
                                .kind = (sg_fixup_kind)hole->kind,
                                .value = value};
      return result;
    }
  }
  return SG_OK;
}

/* Where the micro-op and all it can refer to is. */
static void fill_slots(sg_writer *w, const sg_uop *uop, size_t start, size_t data_start) {
  const uint64_t code = w->image->code_address;
  w->slots[SG_VALUE_CODE] = code + start;
  w->slots[SG_VALUE_DATA] = w->image->data_address + data_start;
  w->slots[SG_VALUE_CONTINUE] = code + start + w->set->tables->stencils[uop->stencil].code_size;
  memcpy(&w->slots[SG_SLOT_OPERAND], uop->operand, sizeof(uop->operand));
  for (unsigned i = 0; i < SG_MAX_TARGETS; i++)
    w->slots[SG_SLOT_TARGET + i] = code + w->starts[uop->target[i]];
}

sg_result sg_write_carefully(sg_writer *w, const sg_uop *uop, size_t start, size_t data_start,
                             sg_problem *problem) {
  const sg_tables *t = w->set->tables;
  const careful c = {w, &t->stencils[uop->stencil], w->image->code + start, w->image->data + data_start};
  const sg_hole *holes = t->holes + c.stencil->first_hole;
  fill_slots(w, uop, start, data_start);
  if (c.stencil->code_size > 0) /* there may be no memory for none */
    memcpy(c.code, t->bytes + c.stencil->code, c.stencil->code_size);
  /* Data first: a load that is relaxed is made from what its slot holds. */
  sg_result result = SG_OK;
  if (c.stencil->data_size > 0) {
    memcpy(c.data, t->bytes + c.stencil->data, c.stencil->data_size);
    result = patch_part(&c, holes + c.stencil->code_holes, c.stencil->data_holes, 1, problem);
  }
  if (result == SG_OK)
    result = patch_part(&c, holes, c.stencil->code_holes, 0, problem);
  if (result != SG_OK && problem != NULL)
    problem->stencil = sg_stencil_name(w->set, uop->stencil);
  return result;
}
