// `scripts/bench patch` compiles and runs this: machine code of one trace made in three ways, from the same
// stencils.
//
//   memcpy    the finished bytes of the trace, copied to the same place
//   runtime   stencil_lib/runtime: copied and patched to the same place (sg_trace_write), and with all that a
//   trace needs
//             (sg_trace_build and sg_trace_free)
//   emit      as CPython 3.14's Python/jit.c does it: pages for each trace, an emit function for each
//   micro-op, mprotect
//
// The script generates bench_stencils.h: both headers, the micro-ops' numbers, dummies for the interpreter's
// symbols.
#define _GNU_SOURCE
#include "sg_runtime.h"
#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

// ---- What emit functions use

typedef struct executor executor_t;
typedef struct instruction {
  uint16_t opcode, oparg;
  uint32_t target;
  uint16_t jump_target, error_target;
  uint64_t operand0, operand1;
} instruction_t;
typedef struct state {
  uintptr_t *instruction_starts;
} state_t;
#define _PyExecutorObject executor_t
#define _PyUOpInstruction instruction_t
#define jit_state state_t
#define SYMBOL_MASK_WORDS 8
typedef uint32_t symbol_mask[SYMBOL_MASK_WORDS];

static void patch_64(unsigned char *location, uint64_t value) { memcpy(location, &value, 8); }
static void patch_32(unsigned char *location, uint64_t value) {
  const uint32_t low = (uint32_t)value;
  if (value != low)
    abort();
  memcpy(location, &low, 4);
}
static void patch_32s(unsigned char *location, uint64_t value) {
  const int32_t low = (int32_t)value;
  if ((int64_t)value != low)
    abort();
  memcpy(location, &low, 4);
}
static void patch_32r(unsigned char *location, uint64_t value) {
  const int64_t distance = (int64_t)(value - (uintptr_t)location);
  const int32_t low = (int32_t)distance;
  if (distance != low)
    abort();
  memcpy(location, &low, 4);
}
static void patch_x86_64_32rx(unsigned char *location, uint64_t value) {
  uint64_t target;
  memcpy(&target, (const void *)(uintptr_t)(value + 4), 8);
  const int64_t distance = (int64_t)(target - 4 - (uintptr_t)location);
  if (distance == (int32_t)distance) {
    if (location[-2] == 0x8b) {
      location[-2] = 0x8d;
      value = target - 4;
    } else if (location[-2] == 0xff && (location[-1] == 0x15 || location[-1] == 0x25)) {
      location[-2] = 0x90;
      location[-1] = location[-1] == 0x15 ? 0xe8 : 0xe9;
      value = target - 4;
    }
  }
  patch_32r(location, value);
}

#include "bench_stencils.h"

// ---- The three ways

enum { MAX_UOPS = 10000 };
static instruction_t instructions[MAX_UOPS];
static sg_uop uops[MAX_UOPS];
static uint32_t starts[MAX_UOPS + 1];
static sg_stencils *stencils;
static sg_arena *arena;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static void fail(const char *what, const sg_problem *problem) {
  char text[256] = "";
  if (problem != NULL)
    sg_problem_text(problem, text, sizeof(text));
  fprintf(stderr, "bench_patch: %s: %s\n", what, text);
  exit(1);
}

// Whether a trace may go on with a stencil after another; `is_target`: jump there.
static int fits(const sg_stencil_info *from, const sg_stencil_info *to, int is_target) {
  if (is_target)
    return to->cached_in == 0 || to->cached_in == from->cached_in || to->cached_in == from->cached_out;
  return from->ends || to->cached_in == from->cached_out;
}

static uint32_t target_of(size_t i, size_t target, size_t count) {
  const sg_stencil_info *info = bench_tables.info;
  for (size_t tries = 0; tries < count; tries++, target = (target + 1) % count)
    if (fits(&info[uops[i].stencil], &info[uops[target].stencil], 1))
      break;
  return (uint32_t)target;
}

// The same micro-ops for both, with holes filled with the same numbers, so that the runtime takes the trace.
static void make_trace(size_t count) {
  uint32_t random = 1;
  for (size_t i = 0; i < count; i++) {
    random = random * 1664525 + 1013904223;
    uint32_t number = (random >> 16) % BENCH_NAMES;
    const uint32_t jump = (random >> 8) % (uint32_t)count;
    const sg_stencil_info *info = bench_tables.info;
    for (int tries = 0; tries < BENCH_NAMES; tries++, number = (number + 1) % BENCH_NAMES) {
      const sg_stencil_info *this = &info[bench_table_number[number]];
      if ((i == 0 || fits(&info[uops[i - 1].stencil], this, 0)) && (i + 1 < count || this->ends))
        break;
    }
    instructions[i] = (instruction_t){(uint16_t)number, (uint16_t)(random >> 20),     random >> 5,
                                      (uint16_t)jump,   (uint16_t)(count - 1 - jump), random >> 4,
                                      random >> 6};
    const instruction_t *in = &instructions[i];
    uops[i] = (sg_uop){bench_table_number[number],
                       {in->jump_target, in->error_target},
                       {in->operand0, in->operand1, in->oparg, in->target}};
  }
  for (size_t i = 0; i < count; i++) {
    for (unsigned k = 0; k < SG_MAX_TARGETS; k++)
      uops[i].target[k] = target_of(i, uops[i].target[k], count);
    instructions[i].jump_target = (uint16_t)uops[i].target[0];
    instructions[i].error_target = (uint16_t)uops[i].target[1];
  }
}

static double emit_way(size_t count) {
  const double begin = now();
  static uintptr_t instruction_starts[MAX_UOPS];
  state_t state = {instruction_starts};
  size_t code_size = 0, data_size = 0;
  for (size_t i = 0; i < count; i++) {
    const StencilGroup *group = &stencil_groups[instructions[i].opcode];
    instruction_starts[i] = code_size;
    code_size += group->code_size;
    data_size += group->data_size;
  }
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), total = (code_size + data_size + page - 1) / page * page;
  // The program lies low, and so must this: calls go straight to the symbols.
  unsigned char *memory =
      mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (memory == MAP_FAILED)
    fail("mmap", NULL);
  for (size_t i = 0; i < count; i++)
    instruction_starts[i] += (uintptr_t)memory;
  unsigned char *code = memory, *data = memory + code_size;
  for (size_t i = 0; i < count; i++) {
    const StencilGroup *group = &stencil_groups[instructions[i].opcode];
    group->emit(code, data, NULL, &instructions[i], &state);
    code += group->code_size;
    data += group->data_size;
  }
  __builtin___clear_cache((char *)memory, (char *)memory + total);
  if (mprotect(memory, total, PROT_READ | PROT_EXEC) != 0)
    fail("mprotect", NULL);
  munmap(memory, total);
  return now() - begin;
}

static double build_way(size_t count) {
  const double begin = now();
  sg_trace *trace;
  sg_problem problem;
  if (sg_trace_build(stencils, arena, uops, count, NULL, &trace, &problem) != SG_OK)
    fail("sg_trace_build", &problem);
  sg_trace_free(arena, trace);
  return now() - begin;
}

static double write_way(size_t count, const sg_image *image) {
  const double begin = now();
  sg_problem problem;
  if (sg_trace_write(stencils, uops, count, starts, NULL, image, NULL, &problem) != SG_OK)
    fail("sg_trace_write", &problem);
  return now() - begin;
}

static double memcpy_way(uint8_t *to, const uint8_t *from, size_t size) {
  const double begin = now();
  memcpy(to, from, size);
  __asm__ volatile("" : : "r"(to) : "memory");
  return now() - begin;
}

static sg_image image_at(uint8_t *place, size_t code_size, size_t data_size) {
  uint8_t *data = place + (code_size + 7) / 8 * 8;
  return (sg_image){place,     data, (uint64_t)(uintptr_t)place, (uint64_t)(uintptr_t)data, code_size,
                    data_size, 0};
}

static int compare(const void *a, const void *b) {
  const double difference = *(const double *)a - *(const double *)b;
  return difference < 0 ? -1 : difference > 0;
}

static double median(double *numbers, size_t count) {
  qsort(numbers, count, sizeof(*numbers), compare);
  return numbers[count / 2];
}

static double least(double a, double b) { return a < b ? a : b; }

int main(int argc, char **argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : 200;
  const char *why = "";
  static uint64_t symbols[BENCH_SYMBOL_COUNT + 1];
  bench_symbol_addresses(symbols);
  if (sg_stencils_create(&bench_tables, symbols, &stencils, &why) != SG_OK)
    fail(why, NULL);
  const sg_arena_options options = {.home = (const void *)(uintptr_t)&main, .region_size = 16 << 20};
  if (sg_arena_create(&options, &arena) != SG_OK)
    fail("sg_arena_create", NULL);
  static const size_t counts[] = {30, 10000};
  for (size_t n = 0; n < 2; n++) {
    const size_t count = counts[n];
    size_t code_size, data_size;
    make_trace(count);
    if (sg_trace_size(stencils, uops, count, starts, &code_size, &data_size) != SG_OK)
      fail("sg_trace_size", NULL);
    const size_t size = (code_size + 7) / 8 * 8 + data_size;
    // Many places: used again at once they are in the processor's caches; used in turn they are not, as
    // memory that a JIT gets for its next trace is not.
    const size_t stride = (size + 4095) / 4096 * 4096, places = ((size_t)64 << 20) / stride;
    uint8_t *memory = mmap(NULL, places * stride, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT | MAP_POPULATE, -1, 0);
    uint8_t *copy = malloc(size);
    if (memory == MAP_FAILED || copy == NULL)
      fail("memory", NULL);
    sg_image image = image_at(memory, code_size, data_size);
    write_way(count, &image);
    memcpy(copy, memory, size);
    double hot_copy = 1e18, hot_write = 1e18, fresh_copy = 0, fresh_write = 0, build = 1e18, emit = 1e18;
    for (int round = 0; round < rounds; round++) {
      hot_copy = least(hot_copy, memcpy_way(memory, copy, size));
      hot_write = least(hot_write, write_way(count, &image));
      build = least(build, build_way(count));
      emit = least(emit, emit_way(count));
    }
    double *copies = malloc(places * sizeof(double)), *writes = malloc(places * sizeof(double));
    for (size_t i = 0; i < places; i++)
      copies[i] = memcpy_way(memory + i * stride, copy, size);
    for (size_t i = 0; i < places; i++) {
      image = image_at(memory + i * stride, code_size, data_size);
      writes[i] = write_way(count, &image);
    }
    fresh_copy = median(copies, places);
    fresh_write = median(writes, places);
    printf("%zu %zu %.1f %.1f %.1f %.1f %.1f %.1f\n", count, size, hot_copy, hot_write, fresh_copy,
           fresh_write, build, emit);
    munmap(memory, places * stride);
    free(copies);
    free(writes);
    free(copy);
  }
  sg_arena_destroy(arena);
  sg_stencils_destroy(stencils);
  return 0;
}
