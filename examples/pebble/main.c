// The host: pebble [OPTIONS] FILE runs a program.
#include "pebble.h"
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static char *read_text(const char *path) {
  FILE *file = fopen(path, "rb");
  size_t size = 0, capacity = 1 << 16;
  char *text = malloc(capacity);
  if (file == NULL || text == NULL) {
    fprintf(stderr, "pebble: cannot read %s\n", path);
    exit(1);
  }
  for (size_t got; (got = fread(text + size, 1, capacity - size - 1, file)) > 0;) {
    size += got;
    if (size == capacity - 1 && (text = realloc(text, capacity *= 2)) == NULL)
      abort();
  }
  text[size] = '\0';
  fclose(file);
  return text;
}

static int usage(void) {
  fputs("usage: pebble [--no-jit] [--threshold N] [--report] [--dump TRACE] [--gdb] [--perf-map FILE] "
        "PROGRAM [NUMBER]\n"
        "  --no-jit      interpret everything\n"
        "  --threshold   calls of a function, or rounds of a loop, before it is compiled (200)\n"
        "  --report      say at the end what was compiled (on standard error)\n"
        "  --dump        print the machine code of a trace: a function's name, or NAME.loopN\n"
        "  --gdb         tell GDB of compiled code\n"
        "  --perf-map    write the symbols of compiled code to a file (/tmp/perf-PID.map is where perf "
        "looks)\n",
        stderr);
  return 2;
}

// Three quarters of the stack that the system gives this thread are for compiled code.
static uintptr_t native_limit(void) {
  enum { USUAL = 8 << 20, ENOUGH = 64 << 20 };
  struct rlimit limit;
  size_t size = USUAL;
  if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    size = limit.rlim_cur < ENOUGH ? (size_t)limit.rlim_cur : ENOUGH;
  // Not the address of a variable: AddressSanitizer may keep variables apart from the stack.
  return (uintptr_t)__builtin_frame_address(0) - size / 4 * 3;
}

int main(int argc, char **argv) {
  enum { STACK_SIZE = 1 << 17, FRAMES = 1 << 14 };
  VM vm = {.jit = true, .threshold = 200, .out = stdout};
  const char *path = NULL, *perf_map = NULL, *dump = NULL;
  bool report = false, debugger = false;
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--no-jit"))
      vm.jit = false;
    else if (!strcmp(argv[i], "--report"))
      report = true;
    else if (!strcmp(argv[i], "--gdb"))
      debugger = true;
    else if (!strcmp(argv[i], "--threshold") && i + 1 < argc && atoi(argv[i + 1]) > 0)
      vm.threshold = (uint32_t)atoi(argv[++i]);
    else if (!strcmp(argv[i], "--dump") && i + 1 < argc)
      dump = argv[++i];
    else if (!strcmp(argv[i], "--perf-map") && i + 1 < argc)
      perf_map = argv[++i];
    else if (argv[i][0] != '-' && path != NULL && vm.argument == NULL)
      vm.argument = argv[i];
    else if (argv[i][0] == '-' || path != NULL)
      return usage();
    else
      path = argv[i];
  }
  if (path == NULL)
    return usage();
  char *text = read_text(path);
  vm.stack = calloc(STACK_SIZE, sizeof(Value));
  vm.frames = calloc(FRAMES, sizeof(Frame));
  if (vm.stack == NULL || vm.frames == NULL)
    abort();
  vm.stack_limit = vm.stack + STACK_SIZE;
  vm.native_limit = native_limit();
  vm.frame = vm.frames;
  vm.frame_limit = vm.frames + FRAMES;
  bool good = pebble_compile(&vm, text) && (!vm.jit || pebble_jit_start(&vm, debugger, perf_map));
  if (good) {
    Function *program = vm.functions[0];
    good =
        pebble_interpret(&vm, program, vm.stack, program->code, vm.stack + program->locals).tag != TAG_ERROR;
  }
  fflush(stdout);
  if (!good) {
    fprintf(stderr, "%s:%u: %s", path, (unsigned)vm.error_line, vm.error);
    fprintf(stderr, vm.error_function ? " (in %s)\n" : "\n", vm.error_function);
  }
  if (report && vm.compiler != NULL)
    pebble_jit_report(&vm, stderr);
  if (dump != NULL && vm.compiler != NULL)
    pebble_jit_dump(&vm, dump, stdout);
  pebble_jit_stop(&vm);
  pebble_free_objects(&vm);
  for (uint32_t i = 0; i < vm.function_count; i++) {
    free((char *)vm.functions[i]->name);
    free(vm.functions[i]->code);
    free(vm.functions[i]->lines);
    free(vm.functions[i]->constants);
    free(vm.functions[i]->loops);
    free(vm.functions[i]);
  }
  free(vm.functions);
  free(vm.frames);
  free(vm.stack);
  free(text);
  return good ? 0 : 1;
}
