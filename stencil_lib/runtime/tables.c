/* Tables checked, and prepared so that patching is a loop over holes whose work does not depend on their kind: what a
 * processor can not foresee costs more there than arithmetic.
 *
 * Most holes of x86-64 are plain little-endian numbers. Loads of data slots are taken to be relaxed: the prepared code has
 * the relaxed instruction, and is given up for the original when the target proves to be out of reach. What is known now
 * (the address of a symbol) is filled in now. */
#include "internal.h"
#include <stdlib.h>
#include <string.h>

const sg_tables *sg_stencils_tables(const sg_stencils *stencils) { return stencils->tables; }

const char *sg_stencil_name(const sg_stencils *stencils, uint32_t stencil) {
  const sg_tables *tables = stencils->tables;
  return stencil < tables->stencil_count ? tables->text + tables->stencil_names[stencil] : "?";
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

/* How a kind that is a plain little-endian number is stored: its bytes, and whether it is signed. */
static int is_plain(sg_fixup_kind kind, sg_patch *patch) {
  switch (kind) {
  case SG_FIXUP_Abs64:
  case SG_FIXUP_PCRel64:
    patch->mask = UINT64_MAX;
    break;
  case SG_FIXUP_Abs32:
  case SG_FIXUP_Abs32Signed:
  case SG_FIXUP_PCRel32:
  case SG_FIXUP_X86_64_Branch32:
  case SG_FIXUP_X86_64_GotPCRel32:
    patch->mask = UINT32_MAX;
    break;
  default:
    return 0;
  }
  sg_fixup_info info;
  sg_fixup_kind_info(kind, &info);
  patch->relative = info.operand == SG_OPERAND_RELATIVE ? UINT64_MAX : 0;
  patch->bias = info.minimum < 0 ? (uint32_t)1 << 31 : 0;
  return 1;
}

/* The hole of the data that fills the slot at `offset` with a number that is known now, NULL: none. */
static const sg_hole *constant_slot(const sg_tables *t, const sg_stencil *stencil, uint64_t offset) {
  const sg_hole *hole = t->holes + stencil->first_hole + stencil->code_holes;
  for (const sg_hole *end = hole + stencil->data_holes; hole < end; hole++)
    if (hole->offset == offset && hole->kind == SG_FIXUP_Abs64 && hole->value == SG_VALUE_NONE)
      return hole;
  return NULL;
}

/* A load of a slot whose value is known: makes it the relaxed instruction, and the hole one for the value itself. */
static int relax_now(const sg_stencils *s, const sg_stencil *stencil, const sg_hole *hole, uint8_t *code, sg_patch *patch) {
  const sg_tables *t = s->tables;
  if ((hole->kind != SG_FIXUP_X86_64_GotPCRel32Relax && hole->kind != SG_FIXUP_X86_64_GotPCRel32RelaxRex) ||
      hole->value != SG_VALUE_DATA || hole->symbol != SG_NO_SYMBOL)
    return 0;
  const sg_hole *slot = constant_slot(t, stencil, (uint64_t)t->addends[hole->addend] + 4);
  if (slot == NULL || !is_plain(SG_FIXUP_PCRel32, patch) || !sg_relax_x86_64(code, hole->offset))
    return 0;
  patch->slot = SG_VALUE_NONE;
  patch->constant = sg_hole_constant(s, slot) - 4;
  return 1;
}

/* The slot of a hole value: of the source as a whole, or one of its own. */
static uint16_t slot_of(sg_stencils *s, unsigned value) {
  if (value < SG_VALUE_FIRST_OWN)
    return (uint16_t)value;
  const sg_source *source = &s->tables->sources[value - SG_VALUE_FIRST_OWN];
  if (source->shift == 0 && source->width == 64)
    return sg_slot_of(source);
  const sg_derived wanted = {sg_slot_of(source), source->shift, sg_mask_of(source)};
  unsigned i = 0;
  while (i < s->derived_count && (s->derived[i].from != wanted.from || s->derived[i].shift != wanted.shift || s->derived[i].mask != wanted.mask))
    i++;
  if (i == s->derived_count)
    s->derived[s->derived_count++] = wanted;
  return (uint16_t)(SG_SLOT_DERIVED + i);
}

/* What the fast way knows of a stencil. `code` and `data` are copies of the stencil's. */
static void prepare(sg_stencils *s, const sg_stencil *stencil, sg_prepared *to, uint8_t *code, uint8_t *data,
                    sg_patch *patches) {
  const sg_tables *t = s->tables;
  const sg_hole *hole = t->holes + stencil->first_hole, *data_holes = hole + stencil->code_holes;
  *to = (sg_prepared){code, data, patches, UINT32_MAX, 0, stencil->code_size, stencil->data_size};
  /* The fast way writes numbers as the host does, and a big-endian one does not do so as x86-64 reads them. */
  const uint16_t one = 1;
  if (*(const uint8_t *)&one == 0)
    return;
  for (; hole < data_holes; hole++) {
    sg_patch *patch = &patches[to->patch_count];
    memset(patch, 0, sizeof(*patch));
    patch->offset = hole->offset;
    to->patch_count++;
    if (relax_now(s, stencil, hole, code, patch)) {
      patch->constant -= hole->offset;
      continue;
    }
    if (!is_plain((sg_fixup_kind)hole->kind, patch)) {
      return;
    }
    patch->constant = sg_hole_constant(s, hole) - (hole->offset & patch->relative);
    patch->slot = slot_of(s, hole->value);
  }
  for (const sg_hole *end = data_holes + stencil->data_holes; hole < end; hole++) {
    if (hole->value != SG_VALUE_NONE || hole->kind != SG_FIXUP_Abs64) {
      return;
    }
    sg_fixup_apply(SG_FIXUP_Abs64, data + hole->offset, 0, sg_hole_constant(s, hole));
  }
  to->room = stencil->code_size + (uint32_t)SG_COPY_CHUNK;
}

/* When all instructions are as they stay: what follows narrow holes, and patches that change nothing to fill up the group. They
   write the stencil's first bytes again, before any other does. */
static void finish_patches(sg_prepared *to, sg_patch *patches) {
  unsigned fill = to->patch_count == 0 ? SG_PATCH_GROUP : (0u - to->patch_count) % SG_PATCH_GROUP;
  memmove(patches + fill, patches, to->patch_count * sizeof(*patches));
  memset(patches, 0, fill * sizeof(*patches));
  to->patch_count = (uint16_t)(to->patch_count + fill);
  for (sg_patch *patch = patches; patch < patches + to->patch_count; patch++) {
    if (fill > 0) {
      fill--;
      patch->mask = UINT32_MAX;
      patch->constant = sg_load32(to->code);
    }
    patch->upper = sg_load64(to->code + patch->offset) & ~patch->mask;
  }
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
  size_t bytes = 0, patches = 0;
  for (unsigned i = 0; i < tables->stencil_count; i++) {
    bytes += (size_t)tables->stencils[i].code_size + tables->stencils[i].data_size;
    patches += tables->stencils[i].code_holes + (size_t)SG_PATCH_GROUP;
  }
  s->tables = tables;
  s->bytes = calloc(1, bytes + SG_COPY_CHUNK);
  s->stencils = calloc(tables->stencil_count, sizeof(*s->stencils));
  s->patches = calloc(patches, sizeof(*s->patches));
  s->symbols = calloc(tables->symbol_count + 1u, sizeof(*s->symbols));
  if (s->bytes == NULL || s->stencils == NULL || s->patches == NULL || s->symbols == NULL) {
    sg_stencils_destroy(s);
    return SG_NO_MEMORY;
  }
  if (tables->symbol_count > 0)
    memcpy(s->symbols, symbols, tables->symbol_count * sizeof(*symbols));
  uint8_t *at = s->bytes;
  sg_patch *patch = s->patches;
  for (unsigned i = 0; i < tables->stencil_count; i++) {
    const sg_stencil *from = &tables->stencils[i];
    uint8_t *code = at, *data = code + from->code_size;
    memcpy(code, tables->bytes + from->code, from->code_size);
    memcpy(data, tables->bytes + from->data, from->data_size);
    prepare(s, from, &s->stencils[i], code, data, patch);
    finish_patches(&s->stencils[i], patch);
    patch += s->stencils[i].patch_count;
    at = data + from->data_size;
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
