/* Tables checked and prepared, traces sized, copied and patched.
 *
 * Patching is a loop over holes whose work does not depend on their kind, as far as x86-64 goes: what a processor can not
 * foresee costs more here than arithmetic. Other kinds go through sg_fixup_apply. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

enum {
  BLOB_PADDING = 64, /* readable bytes after the last stencil, so that copying may read whole chunks */
  CHUNK = 32
};

struct sg_stencils {
  const sg_tables *tables;
  uint8_t *bytes;
  sg_prepared *stencils;
  sg_patch *patches;
  uint64_t *symbols;
};

const sg_tables *sg_stencils_tables(const sg_stencils *stencils) { return stencils->tables; }

const char *sg_stencil_name(const sg_stencils *stencils, uint32_t stencil) {
  const sg_tables *tables = stencils->tables;
  return stencil < tables->stencil_count ? tables->text + tables->stencil_names[stencil] : "?";
}

/* ---- Numbers of the architectures whose instructions are known here: little-endian, on any host ---- */

static uint32_t load32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static uint64_t load64(const uint8_t *at) { return load32(at) | (uint64_t)load32(at + 4) << 32; }

static void store32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++)
    at[i] = (uint8_t)(value >> (8 * i));
}

static void store64(uint8_t *at, uint64_t value) {
  store32(at, (uint32_t)value);
  store32(at + 4, (uint32_t)(value >> 32));
}

/* ---- Checking ---- */

static const char *check_text(const sg_tables *t) {
  if (t->text_size == 0 || t->text[t->text_size - 1] != 0)
    return "the names do not end";
  for (unsigned i = 0; i < t->stencil_count; i++)
    if (t->stencil_names[i] >= t->text_size)
      return "a stencil's name lies outside the text";
  for (unsigned i = 0; i < t->uop_count; i++)
    if (t->uop_names[i] >= t->text_size)
      return "a micro-op's name lies outside the text";
  for (unsigned i = 0; i < t->symbol_count; i++)
    if (t->symbol_names[i] >= t->text_size)
      return "a symbol's name lies outside the text";
  return NULL;
}

static const char *check_holes(const sg_tables *t, const sg_hole *holes, unsigned count, unsigned size) {
  unsigned end = 0;
  for (unsigned i = 0; i < count; i++) {
    sg_fixup_info info;
    if (sg_fixup_kind_info((sg_fixup_kind)holes[i].kind, &info) != SG_OK)
      return "a hole has an unknown fixup kind";
    if (holes[i].offset + info.width > size)
      return "a hole lies outside its stencil";
    if (holes[i].offset < end)
      return "holes overlap, or are out of order";
    end = holes[i].offset + info.width;
    if (holes[i].value >= SG_VALUE_FIRST_OWN + t->source_count)
      return "a hole has an unknown value";
    if (holes[i].symbol != SG_NO_SYMBOL && holes[i].symbol >= t->symbol_count)
      return "a hole has an unknown symbol";
    if (holes[i].addend >= t->addend_count)
      return "a hole has an unknown addend";
  }
  return NULL;
}

static const char *check(const sg_tables *t) {
  const char *why;
  if (t->version != SG_TABLES_VERSION)
    return "the tables are of another version of the form";
  if (t->fixup_kinds != SG_FIXUP_KIND_COUNT)
    return "the tables were made with other fixup kinds";
  if (t->stencil_count == 0 || (t->shim != SG_NO_STENCIL && t->shim >= t->stencil_count))
    return "there is no stencil, or the shim is none";
  if (t->source_count > SG_MAX_VALUES - SG_VALUE_FIRST_OWN)
    return "too many hole values";
  if (t->depths == 0)
    return "there are no columns for variants";
  if (t->code_alignment == 0 || (t->code_alignment & (t->code_alignment - 1)) != 0)
    return "the alignment of code is no power of two";
  if ((why = check_text(t)) != NULL)
    return why;
  for (unsigned i = 0; i < t->source_count; i++) {
    static const uint8_t limits[SG_SOURCES] = {SG_MAX_OPERANDS, SG_MAX_TARGETS, SG_MAX_TRACE_VALUES};
    const sg_source *s = &t->sources[i];
    if (s->source >= SG_SOURCES || s->index >= limits[s->source] || s->shift > 63 || s->width == 0 || s->width > 64)
      return "a hole value has no source";
  }
  for (unsigned i = 0; i < t->stencil_count; i++) {
    const sg_stencil *s = &t->stencils[i];
    if (s->code > t->byte_count || t->byte_count - s->code < s->code_size)
      return "a stencil's code lies outside the bytes";
    if (s->data > t->byte_count || t->byte_count - s->data < s->data_size)
      return "a stencil's data lies outside the bytes";
    if (s->code_size % t->code_alignment != 0)
      return "a stencil's code does not end at a multiple of its alignment";
    if (s->data_size % 8 != 0)
      return "a stencil's data does not end at a multiple of 8";
    if (s->first_hole > t->hole_count || t->hole_count - s->first_hole < (unsigned)s->code_holes + s->data_holes)
      return "a stencil's holes lie outside the holes";
    if ((why = check_holes(t, t->holes + s->first_hole, s->code_holes, s->code_size)) != NULL ||
        (why = check_holes(t, t->holes + s->first_hole + s->code_holes, s->data_holes, s->data_size)) != NULL)
      return why;
  }
  for (unsigned i = 0; i < t->stencil_count; i++)
    if (t->info[i].uop >= t->uop_count)
      return "a stencil is of no micro-op";
  for (unsigned i = 0; i < (unsigned)t->uop_count * t->depths; i++)
    if (t->variants[i] != SG_NO_STENCIL && t->variants[i] >= t->stencil_count)
      return "a variant is no stencil";
  return NULL;
}

/* ---- Preparing ---- */

/* Kinds that are a plain little-endian number: how to store it and what it must fit in. None on a big-endian host. */
static int is_plain(const sg_fixup_info *info, sg_fixup_kind kind, sg_patch *patch) {
  const uint16_t one = 1;
  if (*(const uint8_t *)&one == 0)
    return 0;
  switch (kind) {
  case SG_FIXUP_Abs64:
  case SG_FIXUP_PCRel64:
  case SG_FIXUP_Abs32:
  case SG_FIXUP_Abs32Signed:
  case SG_FIXUP_PCRel32:
  case SG_FIXUP_X86_64_Branch32:
  case SG_FIXUP_X86_64_GotPCRel32:
    break;
  default:
    return 0;
  }
  patch->relative = info->operand == SG_OPERAND_RELATIVE ? UINT64_MAX : 0;
  patch->bias = info->width == 4 && info->minimum < 0 ? (uint64_t)1 << 31 : 0;
  patch->wide = info->width == 8;
  return 1;
}

static void prepare_hole(const sg_stencils *s, const sg_hole *hole, sg_patch *patch) {
  const sg_tables *t = s->tables;
  sg_fixup_info info;
  memset(patch, 0, sizeof(*patch));
  sg_fixup_kind_info((sg_fixup_kind)hole->kind, &info);
  patch->kind = hole->kind;
  patch->offset = hole->offset;
  patch->constant = (uint64_t)t->addends[hole->addend] + (hole->symbol == SG_NO_SYMBOL ? 0 : s->symbols[hole->symbol]);
  patch->mask = UINT64_MAX;
  patch->slot = hole->value;
  if (hole->value >= SG_VALUE_FIRST_OWN) {
    const sg_source *source = &t->sources[hole->value - SG_VALUE_FIRST_OWN];
    static const uint8_t first[SG_SOURCES] = {SLOT_OPERAND, SLOT_TARGET, SLOT_TRACE};
    patch->slot = (uint8_t)(first[source->source] + source->index);
    patch->shift = source->shift;
    patch->mask = source->width == 64 ? UINT64_MAX : ((uint64_t)1 << source->width) - 1;
  }
  patch->special = !is_plain(&info, (sg_fixup_kind)hole->kind, patch);
}

sg_result sg_stencils_create(const sg_tables *tables, const uint64_t *symbols, sg_stencils **result, const char **why) {
  const char *problem = check(tables);
  *result = NULL;
  if (problem == NULL && tables->symbol_count > 0 && symbols == NULL)
    problem = "the tables name symbols, but no addresses were given";
  if (why != NULL)
    *why = problem;
  if (problem != NULL)
    return SG_BAD_TABLES;
  sg_stencils *s = calloc(1, sizeof(*s));
  if (s == NULL)
    return SG_NO_MEMORY;
  s->tables = tables;
  s->bytes = calloc(1, tables->byte_count + BLOB_PADDING);
  s->stencils = calloc(tables->stencil_count, sizeof(*s->stencils));
  s->patches = calloc(tables->hole_count + 1u, sizeof(*s->patches));
  s->symbols = calloc(tables->symbol_count + 1u, sizeof(*s->symbols));
  if (s->bytes == NULL || s->stencils == NULL || s->patches == NULL || s->symbols == NULL) {
    sg_stencils_destroy(s);
    return SG_NO_MEMORY;
  }
  memcpy(s->bytes, tables->bytes, tables->byte_count);
  if (tables->symbol_count > 0)
    memcpy(s->symbols, symbols, tables->symbol_count * sizeof(*symbols));
  for (uint32_t i = 0; i < tables->hole_count; i++)
    prepare_hole(s, &tables->holes[i], &s->patches[i]);
  for (unsigned i = 0; i < tables->stencil_count; i++) {
    const sg_stencil *from = &tables->stencils[i];
    sg_prepared *to = &s->stencils[i];
    to->code = s->bytes + from->code;
    to->data = s->bytes + from->data;
    to->code_size = from->code_size;
    to->data_size = from->data_size;
    to->code_patches = s->patches + from->first_hole;
    to->code_holes = from->code_holes;
    to->data_holes = from->data_holes;
  }
  *result = s;
  return SG_OK;
}

void sg_stencils_destroy(sg_stencils *s) {
  if (s == NULL)
    return;
  free(s->bytes);
  free(s->stencils);
  free(s->patches);
  free(s->symbols);
  free(s);
}

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

typedef struct writer {
  const sg_stencils *set;
  const sg_image *image;
  uint64_t slots[SLOTS]; /* what fills holes, by sg_patch.slot */
  size_t veneers;        /* made, or wanted */
  uint64_t overflow;     /* not 0: a plain hole did not fit */
} writer;

static uint64_t value_of(const writer *w, const sg_patch *p) {
  return ((w->slots[p->slot] >> p->shift) & p->mask) + p->constant;
}

/* A plain hole. Remembers in w->overflow that it does not fit, so that the loop need not branch. */
static inline void patch_plain(writer *w, const sg_patch *p, uint8_t *part, uint64_t address) {
  uint64_t value = value_of(w, p) - ((address + p->offset) & p->relative);
  if (p->wide) {
    memcpy(part + p->offset, &value, 8);
  } else {
    uint32_t low = (uint32_t)value;
    memcpy(part + p->offset, &low, 4);
    w->overflow |= (value + p->bias) >> 32;
  }
}

size_t sg_veneer_size(uint8_t arch) {
  return arch == SG_ARCH_X86_64 ? 14 : arch == SG_ARCH_AARCH64 ? 16 : 0;
}

/* A veneer that goes to `target`, or one there is already. x86-64: `jmp *[rip]`, then the address. AArch64: `ldr x16, 8`,
   `br x16`, then the address: x16 and x17 are the registers that veneers may change (AAPCS64, section 6.1.1). */
static int find_veneer(writer *w, uint64_t target, uint64_t *address) {
  const uint8_t arch = w->set->tables->arch;
  static const uint8_t x86_64[6] = {0xff, 0x25, 0, 0, 0, 0}, aarch64[8] = {0x50, 0, 0, 0x58, 0, 0x02, 0x1f, 0xd6};
  const size_t size = sg_veneer_size(arch), head = size - 8;
  size_t have = w->veneers < w->image->veneers ? w->veneers : w->image->veneers;
  for (size_t i = 0; i < have; i++) {
    if (load64(w->image->code + w->image->code_size + i * size + head) == target) {
      *address = w->image->code_address + w->image->code_size + i * size;
      return 1;
    }
  }
  if (w->veneers++ >= w->image->veneers)
    return 0;
  uint8_t *place = w->image->code + w->image->code_size + have * size;
  memcpy(place, arch == SG_ARCH_X86_64 ? x86_64 : aarch64, head);
  store64(place + head, target);
  *address = w->image->code_address + w->image->code_size + have * size;
  return 1;
}

static int is_branch(sg_fixup_kind kind) {
  return kind == SG_FIXUP_X86_64_Branch32 || kind == SG_FIXUP_AArch64_Branch26;
}

/* The slot at `address`, when it is one of the stencil's data; what it holds is written already. */
static const uint8_t *slot_at(const writer *w, const sg_patch *p, uint64_t address) {
  const uint64_t offset = address - w->slots[SG_VALUE_DATA], size = w->slots[SLOT_DATA_SIZE];
  if (p->slot != SG_VALUE_DATA || size < 8 || offset > size - 8)
    return NULL;
  return (const uint8_t *)(uintptr_t)w->slots[SLOT_DATA_WRITE] + offset;
}

/* Whether a load from a data slot can be made an instruction that has the value itself, and then does it: what CPython's JIT
   does, too. Returns how many holes are done. */
static unsigned relax(const writer *w, const sg_patch *p, const sg_patch *end, uint8_t *part, uint64_t address) {
  const uint64_t place = address + p->offset, slot = value_of(w, p);
  uint8_t *code = part + p->offset;
  const uint8_t *from;
  uint64_t target;
  switch (p->kind) {
  case SG_FIXUP_X86_64_GotPCRel32Relax:
  case SG_FIXUP_X86_64_GotPCRel32RelaxRex: {
    from = slot_at(w, p, slot + 4);
    if (from == NULL || p->offset < 2)
      return 0;
    target = load64(from);
    int64_t distance = (int64_t)(target - 4 - place);
    if (distance != (int32_t)distance)
      return 0;
    if (code[-2] == 0x8b) { /* mov reg, [rip + slot] -> lea reg, [rip + target] */
      code[-2] = 0x8d;
    } else if (code[-2] == 0xff && code[-1] == 0x15) { /* call [rip + slot] -> nop; call target */
      code[-2] = 0x90;
      code[-1] = 0xe8;
    } else if (code[-2] == 0xff && code[-1] == 0x25) { /* jmp [rip + slot] -> nop; jmp target */
      code[-2] = 0x90;
      code[-1] = 0xe9;
    } else {
      return 0;
    }
    store32(code, (uint32_t)distance);
    return 1;
  }
  case SG_FIXUP_AArch64_GotPage21: {
    /* adrp x, page; ldr x, [x, offset] right behind it, of the same slot and with no other register */
    if (p + 1 >= end || p[1].kind != SG_FIXUP_AArch64_GotPageOff12 || p[1].offset != p->offset + 4 || p[1].slot != p->slot ||
        p[1].constant != p->constant)
      return 0;
    uint32_t adrp = load32(code), load = load32(code + 4);
    const uint32_t reg = adrp & 31;
    if ((load & 31) != reg || (load >> 5 & 31) != reg || (load & 0xffc00000) != 0xf9400000)
      return 0;
    from = slot_at(w, p, slot);
    if (from == NULL)
      return 0;
    target = load64(from);
    const int64_t to_slot = (int64_t)(slot - place);
    const uint32_t nop = 0xd503201f;
    if (target < (1ull << 16)) { /* movz x, target; nop */
      adrp = 0xd2800000 | (uint32_t)target << 5 | reg;
      load = nop;
    } else if (target < (1ull << 32)) { /* movz x, low; movk x, high, lsl 16 */
      adrp = 0xd2800000 | (uint32_t)(target & 0xffff) << 5 | reg;
      load = 0xf2a00000 | (uint32_t)(target >> 16) << 5 | reg;
    } else if (to_slot % 4 == 0 && to_slot >= -(1 << 20) && to_slot < (1 << 20)) { /* ldr x, slot; nop */
      adrp = 0x58000000 | ((uint32_t)(to_slot / 4) & 0x7ffff) << 5 | reg;
      load = nop;
    } else {
      return 0;
    }
    store32(code, adrp);
    store32(code + 4, load);
    return 2;
  }
  default:
    return 0;
  }
}

/* Every hole of a part, with all care: what is wrong is found here. */
static sg_result patch_carefully(writer *w, const sg_patch *p, unsigned count, uint8_t *part, uint64_t address,
                                 sg_problem *problem) {
  for (const sg_patch *end = p + count; p < end; p++) {
    const unsigned done = relax(w, p, end, part, address);
    if (done > 0) {
      p += done - 1;
      continue;
    }
    uint64_t value = value_of(w, p);
    sg_result result = sg_fixup_apply((sg_fixup_kind)p->kind, part + p->offset, address + p->offset, value);
    if (result == SG_OUT_OF_RANGE && is_branch((sg_fixup_kind)p->kind) && sg_veneer_size(w->set->tables->arch) != 0) {
      /* x86-64 counts from the end of the operand: A is part of the value, but not of the target. */
      const int64_t ahead = p->kind == SG_FIXUP_X86_64_Branch32 ? -4 : 0;
      uint64_t veneer;
      if (!find_veneer(w, value - (uint64_t)ahead, &veneer))
        continue; /* the caller makes room, and begins again */
      value = veneer + (uint64_t)ahead;
      result = sg_fixup_apply((sg_fixup_kind)p->kind, part + p->offset, address + p->offset, value);
    }
    if (result != SG_OK) {
      if (problem != NULL) {
        problem->result = result;
        problem->offset = p->offset;
        problem->kind = (sg_fixup_kind)p->kind;
        problem->value = value;
      }
      return result;
    }
  }
  return SG_OK;
}

/* Copies at most `room` bytes in chunks: they may go beyond `size`, where what follows is written next. */
static inline void copy_code(uint8_t *to, const uint8_t *from, size_t size, size_t room) {
  if (size + CHUNK > room) {
    memcpy(to, from, size);
    return;
  }
  memcpy(to, from, CHUNK);
  for (size_t done = CHUNK; done < size; done += CHUNK)
    memcpy(to + done, from + done, CHUNK);
}

/* The holes of a part: the plain ones at once; when others are left, or one did not fit, all of them with care. */
static sg_result patch_part(writer *w, const sg_patch *patches, unsigned count, uint8_t *part, uint64_t address,
                            sg_problem *problem) {
  unsigned special = 0;
  w->overflow = 0;
  for (unsigned i = 0; i < count; i++) {
    special |= patches[i].special;
    if (!patches[i].special)
      patch_plain(w, &patches[i], part, address);
  }
  if (special == 0 && w->overflow == 0)
    return SG_OK;
  return patch_carefully(w, patches, count, part, address, problem);
}

sg_result sg_trace_write(const sg_stencils *s, const sg_uop *uops, size_t count, const uint32_t *starts,
                         const uint64_t values[SG_MAX_TRACE_VALUES], const sg_image *image, size_t *veneers_needed,
                         sg_problem *problem) {
  writer w;
  memset(&w, 0, sizeof(w));
  w.set = s;
  w.image = image;
  if (values != NULL)
    memcpy(&w.slots[SLOT_TRACE], values, sizeof(uint64_t) * SG_MAX_TRACE_VALUES);
  uint8_t *data = image->data;
  uint64_t data_address = image->data_address;
  for (size_t i = 0; i < count; i++) {
    const sg_uop *uop = &uops[i];
    const sg_prepared *stencil = &s->stencils[uop->stencil];
    uint8_t *code = image->code + starts[i];
    const uint64_t address = image->code_address + starts[i];
    copy_code(code, stencil->code, stencil->code_size, image->code_size - starts[i]);
    w.slots[SG_VALUE_CODE] = address;
    w.slots[SG_VALUE_DATA] = data_address;
    w.slots[SG_VALUE_CONTINUE] = address + stencil->code_size;
    memcpy(&w.slots[SLOT_OPERAND], uop->operand, sizeof(uop->operand));
    w.slots[SLOT_TARGET] = image->code_address + starts[uop->target[0]];
    w.slots[SLOT_TARGET + 1] = image->code_address + starts[uop->target[1]];
    sg_result result = SG_OK;
    int in_data = 0;
    w.slots[SLOT_DATA_WRITE] = (uint64_t)(uintptr_t)data;
    w.slots[SLOT_DATA_SIZE] = stencil->data_size;
    if (stencil->data_size > 0) {
      /* First, because a load that is relaxed is made from what its slot holds. */
      memcpy(data, stencil->data, stencil->data_size);
      in_data = 1;
      result = patch_part(&w, stencil->code_patches + stencil->code_holes, stencil->data_holes, data, data_address, problem);
      data += stencil->data_size;
      data_address += stencil->data_size;
    }
    if (result == SG_OK) {
      in_data = 0;
      result = patch_part(&w, stencil->code_patches, stencil->code_holes, code, address, problem);
    }
    if (result != SG_OK) {
      if (problem != NULL) {
        problem->uop = i;
        problem->stencil = sg_stencil_name(s, uop->stencil);
        problem->in_data = in_data;
      }
      if (veneers_needed != NULL)
        *veneers_needed = 0;
      return result;
    }
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
