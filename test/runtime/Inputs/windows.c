/* The runtime on Windows: traces of two micro-ops that return their number, in memory from VirtualAlloc. */
#include "sg_runtime.h"
#include <stdio.h>

static const uint8_t code[] = {0xb8, 0, 0, 0, 0, 0xc3}; /* mov $operand, %eax; ret */
static const sg_hole holes[] = {{1, SG_FIXUP_Abs32, SG_VALUE_FIRST_OWN, SG_NO_SYMBOL, 0}};
static const sg_stencil stencils[] = {{0, 6, 5, 0, 0, 1, 0}, {5, 6, 1, 0, 1, 0, 0}};
static const int64_t addends[] = {0};
static const sg_source sources[] = {{SG_SOURCE_OPERAND, 0, 0, 64}};
static const sg_stencil_info info[] = {{.uop = 0}, {.uop = 1, .ends = 1}};
static const uint16_t variants[] = {0, 1};
static const uint32_t names[] = {0, 5};
static const sg_tables tables = {
    .version = SG_TABLES_VERSION,
    .fixup_kinds = SG_FIXUP_KIND_COUNT,
    .arch = SG_ARCH_X86_64,
    .code_alignment = 1,
    .depths = 1,
    .source_count = 1,
    .shim = SG_NO_STENCIL,
    .stencil_count = 2,
    .uop_count = 2,
    .addend_count = 1,
    .hole_count = 1,
    .byte_count = sizeof(code),
    .bytes = code,
    .stencils = stencils,
    .holes = holes,
    .addends = addends,
    .sources = sources,
    .info = info,
    .variants = variants,
    .stencil_names = names,
    .uop_names = names,
    .symbol_names = names,
    .text = "LOAD\0RETURN",
    .text_size = 12,
};

enum { COUNT = 1000 };

int main(void) {
  sg_stencils *set;
  sg_arena *arena;
  const char *why;
  if (sg_stencils_create(&tables, NULL, &set, &why) != SG_OK || sg_arena_create(NULL, &arena) != SG_OK)
    return 1;
  static sg_trace *traces[COUNT];
  sg_problem problem;
  int wrong = 0;
  for (int i = 0; i < COUNT; i++) {
    const sg_uop uops[] = {{.stencil = 0, .operand = {(uint64_t)i * 3}}, {.stencil = 1}};
    wrong += sg_trace_build(set, arena, uops, 2, NULL, &traces[i], &problem) != SG_OK;
  }
  for (int i = 0; i < COUNT && wrong == 0; i++) {
    sg_place place;
    wrong += ((int (*)(void))traces[i]->code)() != i * 3;
    wrong += !sg_lookup(arena, (const char *)traces[i]->code + 5, &place) || place.trace != traces[i] || place.uop != 1;
  }
  const sg_uop big[] = {{.stencil = 0, .operand = {(uint64_t)1 << 32}}, {.stencil = 1}};
  sg_trace *none;
  wrong += sg_trace_build(set, arena, big, 2, NULL, &none, &problem) != SG_OUT_OF_RANGE;
  for (int i = 0; i < COUNT; i++)
    sg_trace_free(arena, traces[i]);
  wrong += sg_arena_get_statistics(arena).traces != 0;
  printf("protection %d, %d traces, %d wrong\n", (int)sg_arena_protection(arena), COUNT, wrong);
  sg_arena_destroy(arena);
  sg_stencils_destroy(set);
  return wrong != 0;
}
