/* Tables checked, and prepared so that patching is a loop over holes whose work does not depend on their
 * kind: mispredicted branches cost more there than the arithmetic.
 *
 * Most holes of x86-64 are plain little-endian numbers. Loads of data slots are taken to be relaxed: the
 * prepared code has the relaxed instruction, and is given up for the original when the target proves to be
 * out of reach. What is known now (the address of a symbol) is filled in now. */
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
    return "there is no stencil, or the shim is not one of them";
  if (t->source_count > SG_MAX_VALUES - SG_VALUE_FIRST_OWN)
    return "too many hole values";
  if (t->depths == 0)
    return "there are no columns for variants";
  if (t->code_alignment == 0 || (t->code_alignment & (t->code_alignment - 1)) != 0)
    return "the alignment of code is not a power of two";
  if ((why = check_text(t)) != NULL)
    return why;
  for (unsigned i = 0; i < t->source_count; i++) {
    static const uint8_t limits[SG_SOURCES] = {SG_MAX_OPERANDS, SG_MAX_TARGETS, SG_MAX_TRACE_VALUES};
    const sg_source *s = &t->sources[i];
    if (s->source >= SG_SOURCES || s->index >= limits[s->source] || s->shift > 63 || s->width == 0 ||
        s->width > 64)
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
    if (s->first_hole > t->hole_count ||
        t->hole_count - s->first_hole < (unsigned)s->code_holes + s->data_holes)
      return "a stencil's holes lie outside the holes";
    if ((why = check_holes(t, t->holes + s->first_hole, s->code_holes, s->code_size)) != NULL ||
        (why = check_holes(t, t->holes + s->first_hole + s->code_holes, s->data_holes, s->data_size)) != NULL)
      return why;
  }
  for (unsigned i = 0; i < t->stencil_count; i++) {
    if (t->info[i].uop >= t->uop_count)
      return "a stencil belongs to no micro-op";
    if (t->info[i].cached_in > SG_MAX_DEPTH || t->info[i].cached_out > SG_MAX_DEPTH)
      return "a stencil has too many items in registers";
  }
  for (unsigned i = 0; i < (unsigned)t->uop_count * t->depths; i++)
    if (t->variants[i] != SG_NO_STENCIL && t->variants[i] >= t->stencil_count)
      return "a variant is not a stencil";
  return NULL;
}

/* ---- Preparing ---- */

/* A kind that is a plain little-endian number. */
typedef struct plain {
  int is_wide;     /* 8 bytes, not 4 */
  int is_distance; /* less the hole's address */
  int is_signed;
} plain;

static int is_plain(sg_fixup_kind kind, plain *as) {
  switch (kind) {
  case SG_FIXUP_Abs64:
  case SG_FIXUP_PCRel64:
    as->is_wide = 1;
    break;
  case SG_FIXUP_Abs32:
  case SG_FIXUP_Abs32Signed:
  case SG_FIXUP_PCRel32:
  case SG_FIXUP_X86_64_Branch32:
  case SG_FIXUP_X86_64_GotPCRel32:
    as->is_wide = 0;
    break;
  default:
    return 0;
  }
  sg_fixup_info info;
  sg_fixup_kind_info(kind, &info);
  as->is_distance = info.operand == SG_OPERAND_RELATIVE;
  as->is_signed = info.minimum < 0;
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

/* The hole of the data whose value a load at `hole` gives, when that is known now and the instruction could
 * be changed to the relaxed one, which has the value itself. NULL: not. */
static const sg_hole *relax_now(const sg_tables *t, const sg_stencil *stencil, const sg_hole *hole,
                                uint8_t *code) {
  if ((hole->kind != SG_FIXUP_X86_64_GotPCRel32Relax && hole->kind != SG_FIXUP_X86_64_GotPCRel32RelaxRex) ||
      hole->value != SG_VALUE_DATA || hole->symbol != SG_NO_SYMBOL)
    return NULL;
  const sg_hole *slot = constant_slot(t, stencil, (uint64_t)t->addends[hole->addend] + 4);
  return slot != NULL && sg_relax_x86_64(code, hole->offset) ? slot : NULL;
}

/* The derived input of these parts; made if it does not exist yet. */
static uint16_t derived_input(sg_stencils *s, sg_derived wanted) {
  unsigned i = 0;
  while (i < s->derived_count && (s->derived[i].from != wanted.from || s->derived[i].shift != wanted.shift ||
                                  s->derived[i].mask != wanted.mask || s->derived[i].plus != wanted.plus))
    i++;
  if (i == s->derived_count)
    s->derived[s->derived_count++] = wanted;
  return (uint16_t)(SG_INPUT_DERIVED + i);
}

/* The input for a hole value other than SG_VALUE_CONTINUE, or for its distance from the code. */
static uint16_t input_of(sg_stencils *s, unsigned value, int is_distance) {
  uint16_t input = SG_INPUT_NONE;
  int input_is_distance = 0;
  uint8_t shift = 0;
  uint64_t mask = UINT64_MAX;
  if (value == SG_VALUE_CODE || value == SG_VALUE_NONE) {
    return is_distance == (value == SG_VALUE_CODE) ? SG_INPUT_NONE
           : is_distance                           ? SG_INPUT_MINUS_CODE
                                                   : SG_INPUT_CODE;
  } else if (value == SG_VALUE_DATA) {
    input = SG_INPUT_DATA_DISTANCE;
    input_is_distance = 1;
  } else {
    static const uint8_t first[SG_SOURCES] = {SG_INPUT_OPERAND, SG_INPUT_TARGET, SG_INPUT_TRACE};
    const sg_source *source = &s->tables->sources[value - SG_VALUE_FIRST_OWN];
    input = (uint16_t)(first[source->source] + source->index);
    input_is_distance = source->source == SG_SOURCE_TARGET;
    if (input_is_distance && s->target_count <= source->index)
      s->target_count = source->index + 1u;
    shift = source->shift;
    mask = sg_mask_of(source);
  }
  const int is_whole = shift == 0 && mask == UINT64_MAX;
  if (input_is_distance) {
    if (is_whole && is_distance)
      return input;
    input = derived_input(s, (sg_derived){(uint8_t)input, 0, SG_INPUT_CODE, UINT64_MAX});
  }
  if (is_whole && !is_distance)
    return input;
  return derived_input(
      s, (sg_derived){(uint8_t)input, shift, is_distance ? SG_INPUT_MINUS_CODE : SG_INPUT_NONE, mask});
}

/* Makes a patch of a hole. 0: it is of a kind that the fast way does not know. */
static int prepare_hole(sg_stencils *s, const sg_stencil *stencil, const sg_hole *hole, uint8_t *code,
                        sg_patch *patch, int *is_wide) {
  plain as;
  unsigned value = hole->value;
  const sg_hole *slot = relax_now(s->tables, stencil, hole, code);
  uint64_t constant;
  if (slot != NULL) {
    as = (plain){.is_distance = 1, .is_signed = 1};
    value = SG_VALUE_NONE;
    constant = sg_hole_constant(s, slot) - 4;
  } else if (is_plain((sg_fixup_kind)hole->kind, &as)) {
    constant = sg_hole_constant(s, hole);
  } else {
    return 0;
  }
  if (value == SG_VALUE_CONTINUE) {
    value = SG_VALUE_CODE;
    constant += stencil->code_size;
  }
  if (as.is_distance)
    constant -= hole->offset;
  const uint64_t bias = as.is_signed ? (uint64_t)1 << 31 : 0;
  *patch =
      (sg_patch){constant, bias << 32 | (uint64_t)hole->offset << 16 | input_of(s, value, as.is_distance)};
  *is_wide = as.is_wide;
  return 1;
}

/* A patch that never fits: the stencil is for the careful way. */
static void give_up(sg_prepared *to, sg_patch *patches) {
  patches[0] = (sg_patch){(uint64_t)1 << 32, SG_INPUT_NONE};
  to->narrow_count = 1;
  to->wide_count = 0;
}

/* What the fast way knows of a stencil. `code` and `data` are copies of the stencil's, `patches` has room for
 * all of its holes and one more. */
static void prepare(sg_stencils *s, const sg_stencil *stencil, sg_prepared *to, uint8_t *code, uint8_t *data,
                    sg_patch *patches) {
  const sg_tables *t = s->tables;
  const sg_hole *hole = t->holes + stencil->first_hole, *data_holes = hole + stencil->code_holes;
  *to = (sg_prepared){
      .code_size = stencil->code_size, .data_size = stencil->data_size, .code = code, .data = data};
  /* The fast way writes numbers as the host does, and a big-endian one does not do so as x86-64 reads them.
   */
  const uint16_t one = 1;
  if (*(const uint8_t *)&one == 0) {
    give_up(to, patches);
    return;
  }
  for (; hole < data_holes; hole++) {
    sg_patch patch;
    int is_wide;
    if (!prepare_hole(s, stencil, hole, code, &patch, &is_wide) || to->wide_count == UINT8_MAX) {
      give_up(to, patches);
      return;
    }
    /* Narrow ones first. */
    sg_patch *place = &patches[to->narrow_count + to->wide_count];
    if (is_wide) {
      to->wide_count++;
    } else {
      *place = patches[to->narrow_count];
      place = &patches[to->narrow_count++];
    }
    *place = patch;
  }
  for (const sg_hole *end = data_holes + stencil->data_holes; hole < end; hole++) {
    if (hole->value != SG_VALUE_NONE || hole->kind != SG_FIXUP_Abs64) {
      give_up(to, patches);
      return;
    }
    sg_fixup_apply(SG_FIXUP_Abs64, data + hole->offset, 0, sg_hole_constant(s, hole));
  }
}

/* What a trace has to look like around the stencil. */
static uint16_t flow_of(const sg_tables *t, unsigned number) {
  const sg_stencil *stencil = &t->stencils[number];
  const sg_stencil_info *info = &t->info[number];
  unsigned flow = info->cached_in | (unsigned)info->cached_out << SG_FLOW_OUT_SHIFT;
  if (info->ends)
    flow |= SG_FLOW_ENDS;
  const sg_hole *hole = t->holes + stencil->first_hole;
  for (const sg_hole *end = hole + stencil->code_holes + stencil->data_holes; hole < end; hole++)
    if (hole->value >= SG_VALUE_FIRST_OWN &&
        t->sources[hole->value - SG_VALUE_FIRST_OWN].source == SG_SOURCE_TARGET)
      flow |= 1u << (SG_FLOW_TARGETS_SHIFT + t->sources[hole->value - SG_VALUE_FIRST_OWN].index);
  return (uint16_t)flow;
}

/* When all instructions are as they stay: moves what most need into the record. */
static void fill_record(sg_prepared *to, const sg_patch *patches) {
  const sg_patch idle = {0, (uint64_t)to->code_size << 16 | SG_INPUT_NONE};
  int is_simple = 1;
  for (unsigned i = 0; i < SG_FIRST_PATCHES; i++) {
    to->patches[i] = idle;
    if (to->narrow_count > 0) {
      to->patches[i] = *patches++;
      to->narrow_count--;
    }
    const unsigned input = to->patches[i].where & 0xffff;
    is_simple &= input != SG_INPUT_CODE && input != SG_INPUT_DATA_DISTANCE && input < SG_INPUT_DERIVED;
  }
  to->more_patches = patches;
  to->has_more = !is_simple || to->narrow_count > 0 || to->wide_count > 0 || to->data_size > 0 ||
                 to->code_size > SG_COPY_CHUNK;
  memcpy(to->head, to->code, SG_COPY_CHUNK);
}

/* Memory for what prepare_all makes, no array of it empty. 0: no memory. */
static int allocate(sg_stencils *s, const sg_tables *t) {
  size_t bytes = 0, patches = 0;
  for (unsigned i = 0; i < t->stencil_count; i++) {
    bytes += (size_t)t->stencils[i].code_size + t->stencils[i].data_size;
    patches += t->stencils[i].code_holes + (size_t)1;
  }
  s->bytes = calloc(1, bytes + SG_COPY_CHUNK);
  s->stencils = calloc(t->stencil_count, sizeof(*s->stencils));
  s->patches = calloc(patches, sizeof(*s->patches));
  s->symbols = calloc(t->symbol_count + 1u, sizeof(*s->symbols));
  return s->bytes != NULL && s->stencils != NULL && s->patches != NULL && s->symbols != NULL;
}

static void prepare_all(sg_stencils *s) {
  const sg_tables *t = s->tables;
  uint8_t *at = s->bytes;
  sg_patch *patch = s->patches;
  for (unsigned i = 0; i < t->stencil_count; i++) {
    const sg_stencil *from = &t->stencils[i];
    uint8_t *code = at, *data = code + from->code_size;
    /* Tables of stencils that are all empty may have no bytes at all. */
    if (from->code_size > 0)
      memcpy(code, t->bytes + from->code, from->code_size);
    if (from->data_size > 0)
      memcpy(data, t->bytes + from->data, from->data_size);
    prepare(s, from, &s->stencils[i], code, data, patch);
    fill_record(&s->stencils[i], patch);
    s->stencils[i].flow = flow_of(t, i);
    patch += from->code_holes + 1;
    at = data + from->data_size;
  }
}

sg_result sg_stencils_create(const sg_tables *tables, const uint64_t *symbols, sg_stencils **result,
                             const char **why) {
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
  if (!allocate(s, tables)) {
    sg_stencils_destroy(s);
    return SG_NO_MEMORY;
  }
  if (tables->symbol_count > 0)
    memcpy(s->symbols, symbols, tables->symbol_count * sizeof(*symbols));
  prepare_all(s);
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
