/* Traces for Linux's perf: the map file (tools/perf/Documentation/jit-interface.txt) and jitdump
 * (tools/perf/Documentation/jitdump-specification.txt). */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "internal.h"
#include <inttypes.h>
#include <string.h>
#include <time.h>
#ifndef _WIN32
#include <sys/mman.h>
#include <unistd.h>
#endif
#ifdef __linux__
#include <sys/syscall.h>
#endif

static const char *uop_name(const sg_trace *trace, size_t i) { return sg_stencil_name(trace->set, trace->stencils[i]); }

int sg_perf_map_add(FILE *map, const sg_trace *trace) {
  const uintptr_t code = (uintptr_t)trace->code;
  for (size_t i = 0; i < trace->uop_count; i++) {
    const uint32_t size = trace->starts[i + 1] - trace->starts[i];
    if (size > 0 && fprintf(map, "%" PRIxPTR " %x trace:%s:%s\n", code + trace->starts[i], (unsigned)size, trace->name,
                            uop_name(trace, i)) < 0)
      return -1;
  }
  return fflush(map) == 0 ? 0 : -1;
}

#ifdef _WIN32

FILE *sg_jitdump_open(const char *path) {
  (void)path;
  return NULL; /* perf is Linux's */
}

int sg_jitdump_add(FILE *dump, const sg_trace *trace) {
  (void)dump;
  (void)trace;
  return -1;
}

#else

typedef struct jitdump_header {
  uint32_t magic, version, total_size, elf_machine, pad, pid;
  uint64_t timestamp, flags;
} jitdump_header;

typedef struct jitdump_code_load {
  uint32_t id, total_size;
  uint64_t timestamp;
  uint32_t pid, tid;
  uint64_t vma, code_address, code_size, code_index;
} jitdump_code_load;

static uint64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

FILE *sg_jitdump_open(const char *path) {
  FILE *dump = fopen(path, "w+b");
  if (dump == NULL)
    return NULL;
#if defined(__aarch64__)
  const uint32_t machine = 183; /* EM_AARCH64 */
#else
  const uint32_t machine = 62; /* EM_X86_64 */
#endif
  const jitdump_header header = {0x4a695444, 1, sizeof(header), machine, 0, (uint32_t)getpid(), now(), 0};
  /* perf records mappings of executable files, and looks for dumps among them. The mapping stays. */
  if (fwrite(&header, sizeof(header), 1, dump) != 1 || fflush(dump) != 0 ||
      mmap(NULL, sg_page_size(), PROT_READ | PROT_EXEC, MAP_PRIVATE, fileno(dump), 0) == MAP_FAILED) {
    fclose(dump);
    return NULL;
  }
  return dump;
}

int sg_jitdump_add(FILE *dump, const sg_trace *trace) {
  for (size_t i = 0; i < trace->uop_count; i++) {
    const uint32_t size = trace->starts[i + 1] - trace->starts[i];
    char name[256];
    if (size == 0)
      continue;
    const int length = snprintf(name, sizeof(name), "trace:%s:%s", trace->name, uop_name(trace, i));
    const size_t name_size = (length < (int)sizeof(name) ? (size_t)length : sizeof(name) - 1) + 1;
    const uint8_t *code = (const uint8_t *)trace->code + trace->starts[i];
    uint32_t thread = (uint32_t)getpid();
#ifdef __linux__
    thread = (uint32_t)syscall(SYS_gettid);
#endif
    const jitdump_code_load record = {0,
                                      (uint32_t)(sizeof(record) + name_size + size),
                                      now(),
                                      (uint32_t)getpid(),
                                      thread,
                                      (uint64_t)(uintptr_t)code,
                                      (uint64_t)(uintptr_t)code,
                                      size,
                                      (uint64_t)ftell(dump)}; /* unique within the file */
    if (fwrite(&record, sizeof(record), 1, dump) != 1 || fwrite(name, name_size, 1, dump) != 1 ||
        fwrite(code, size, 1, dump) != 1)
      return -1;
  }
  return fflush(dump) == 0 ? 0 : -1;
}

#endif
