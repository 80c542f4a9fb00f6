// Tier 2, its other half: machine code of micro-ops, the way in and out of it, and when code is made anew.
#define PEBBLE_WANT_SYMBOL_ADDRESSES
#include "jit.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_EXITS = 100 }; // through guards, until code is made anew

void *pebble_grow(void *memory, size_t *capacity, size_t size) {
  *capacity = *capacity ? 2 * *capacity : 64;
  memory = realloc(memory, *capacity * size);
  if (memory == NULL)
    abort();
  return memory;
}

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

sg_trace *pebble_keep(Jit *jit, const sg_uop *uops, size_t count, const char *name) {
  sg_trace_options options = {.name = name};
  sg_problem problem;
  sg_trace *trace;
  if (jit->count == jit->capacity)
    jit->traces = pebble_grow(jit->traces, &jit->capacity, sizeof(*jit->traces));
  if (sg_trace_build(jit->stencils, jit->arena, uops, count, &options, &trace, &problem) != SG_OK) {
    char text[256];
    sg_problem_text(&problem, text, sizeof(text));
    fprintf(stderr, "pebble: cannot compile %s: %s\n", name, text);
    return NULL;
  }
  jit->traces[jit->count++] = trace;
  jit->code_size += trace->code_size;
  jit->uops += trace->uop_count;
  if (jit->perf_map != NULL)
    sg_perf_map_add(jit->perf_map, trace);
  if (jit->debugger)
    sg_gdb_register(trace);
  return trace;
}

static const sg_trace *timed_optimize(VM *vm, Function *function, Loop *loop, uint32_t entry,
                                      const Value *locals) {
  const uint64_t begin = now();
  const sg_trace *trace = pebble_optimize(vm, function, loop, entry, locals);
  vm->compiler->nanoseconds += now() - begin;
  return trace;
}

// ---- What the interpreter and compiled code call

void pebble_jit_function(VM *vm, Function *function, Value *locals) {
  function->countdown = vm->jit && function->exits < 10 * MAX_EXITS ? vm->threshold : UINT32_MAX;
  if (!vm->jit)
    return;
  function->trace = timed_optimize(vm, function, NULL, 0, locals);
  if (function->trace != NULL)
    function->entry = function->trace->code;
  else
    function->countdown = UINT32_MAX;
}

void pebble_jit_loop(VM *vm, Function *function, unsigned loop, Code *header, Value *locals) {
  Loop *l = &function->loops[loop];
  l->countdown = vm->jit && l->exits < 10 * MAX_EXITS ? vm->threshold : UINT32_MAX;
  if (!vm->jit)
    return;
  l->trace = timed_optimize(vm, function, l, (uint32_t)(header - function->code), locals);
  if (l->trace == NULL)
    l->countdown = UINT32_MAX;
}

Value pebble_jit_enter(VM *vm, const sg_trace *trace, Function *function, Value *locals) {
  typedef Value (*Enter)(VM *, Value *, const void *);
  (void)function;
  return ((Enter)(uintptr_t)vm->compiler->shim->code)(vm, locals, trace->code);
}

Value pebble_side_exit(VM *vm, Value *locals, Value *stack_pointer, Exit *exit) {
  (void)stack_pointer;
  for (unsigned i = 0; i < exit->count; i++)
    if (exit->tags[i] != TAG_EXIT)
      locals[i].tag = exit->tags[i];
  vm->exit_stack_pointer = locals + exit->count;
  if (++*exit->counter % MAX_EXITS == 0) {
    // The types are others than they were. The old code stays: there may be calls that return to it.
    if (exit->loop != NULL) {
      exit->loop->trace = NULL;
    } else {
      exit->function->trace = NULL;
      exit->function->entry = exit->function->stub->code;
    }
  }
  return (Value){(uint64_t)(uintptr_t)exit, TAG_EXIT};
}

Value pebble_finish_call(VM *vm, Value *locals, Value result) {
  if (result.tag != TAG_EXIT)
    return result;
  const Exit *exit = (const Exit *)(uintptr_t)result.payload;
  return pebble_interpret(vm, exit->function, locals, exit->next_instr, vm->exit_stack_pointer);
}

Value pebble_interpret_call(VM *vm, Function *function, Value *arguments) {
  if (function->trace == NULL && --function->countdown == 0)
    pebble_jit_function(vm, function, arguments);
  if (function->trace != NULL)
    return pebble_finish_call(vm, arguments, pebble_jit_enter(vm, function->trace, function, arguments));
  return pebble_interpret(vm, function, arguments, function->code, arguments + function->locals);
}

bool pebble_jit_start(VM *vm, bool debugger, const char *perf_map) {
  uint64_t symbols[PEBBLE_SYMBOL_COUNT + 1];
  const char *why = NULL;
  Jit *jit = vm->compiler = calloc(1, sizeof(Jit));
  if (jit == NULL)
    abort();
  pebble_symbol_addresses(symbols);
  jit->tables = &pebble_tables;
  jit->debugger = debugger;
  if (perf_map != NULL && (jit->perf_map = fopen(perf_map, "w")) == NULL)
    return pebble_fail(vm, "cannot write %s", perf_map);
  const sg_arena_options options = {.home = (const void *)(uintptr_t)&pebble_interpret};
  sg_result result = sg_stencils_create(&pebble_tables, symbols, &jit->stencils, &why);
  if (result == SG_OK)
    result = sg_arena_create(&options, &jit->arena);
  if (result != SG_OK)
    return pebble_fail(vm, "no machine code: %s", why ? why : sg_result_text(result));
  const sg_uop shim = {.stencil = PEBBLE_shim};
  jit->shim = pebble_keep(jit, &shim, 1, "shim");
  for (uint32_t i = 0; i < vm->function_count; i++) {
    const sg_uop stub = {.stencil = stencil_for(jit, PEBBLE_UOP__INTERPRET, 0),
                         .operand = {(uint64_t)(uintptr_t)vm->functions[i]}};
    const sg_trace *trace = pebble_keep(jit, &stub, 1, "interpret");
    if (trace == NULL || jit->shim == NULL)
      return pebble_fail(vm, "no machine code");
    vm->functions[i]->stub = trace;
    vm->functions[i]->entry = trace->code;
  }
  jit->nanoseconds = 0;
  return true;
}

void pebble_jit_stop(VM *vm) {
  Jit *jit = vm->compiler;
  if (jit == NULL)
    return;
  for (size_t i = 0; i < jit->count; i++)
    sg_trace_free(jit->arena, jit->traces[i]);
  for (Exit *exit = jit->exits, *next; exit != NULL; exit = next) {
    next = exit->next;
    free(exit);
  }
  if (jit->perf_map != NULL)
    fclose(jit->perf_map);
  free(jit->traces);
  if (jit->arena != NULL)
    sg_arena_destroy(jit->arena);
  if (jit->stencils != NULL)
    sg_stencils_destroy(jit->stencils);
  free(jit);
  vm->compiler = NULL;
}

void pebble_jit_report(VM *vm, FILE *out) {
  const Jit *jit = vm->compiler;
  uint64_t exits = 0;
  for (uint32_t i = 0; i < vm->function_count; i++) {
    exits += vm->functions[i]->exits;
    for (uint32_t j = 0; j < vm->functions[i]->loop_count; j++)
      exits += vm->functions[i]->loops[j].exits;
  }
  fprintf(out, "compile_us=%.1f code_bytes=%zu traces=%zu uops=%zu exits=%llu\n",
          (double)jit->nanoseconds / 1000, jit->code_size, jit->count, jit->uops, (unsigned long long)exits);
}

void pebble_jit_dump(VM *vm, const char *name, FILE *out) {
  const Jit *jit = vm->compiler;
  for (size_t i = 0; i < jit->count; i++) {
    const sg_trace *trace = jit->traces[i];
    if (strcmp(trace->name, name) != 0)
      continue;
    fprintf(out, "trace %s\n", trace->name);
    for (size_t j = 0; j < trace->uop_count; j++) {
      fprintf(out, "%6x %-32s", (unsigned)trace->starts[j],
              sg_stencil_name(jit->stencils, trace->stencils[j]));
      for (uint32_t k = trace->starts[j]; k < trace->starts[j + 1]; k++)
        fprintf(out, " %02x", ((const uint8_t *)trace->code)[k]);
      fputc('\n', out);
    }
  }
}
