/* Traces for debuggers and unwinders: GDB's JIT compilation interface (GDB manual, "JIT Compilation
 * Interface"), which LLDB has as well, and call frame information (System V psABI; DWARF 5, section 6.4; LSB,
 * "The .eh_frame section").
 *
 * The object file that GDB gets has a symbol a micro-op and the unwind rule. Its code is where it runs;
 * nothing is copied. */
#include "internal.h"
#include "lock.h"
#include <stdlib.h>
#include <string.h>

/* ---- Unwinding ---- */

static uint8_t *put(uint8_t *at, const void *bytes, size_t size) {
  memcpy(at, bytes, size);
  return at + size;
}

static uint8_t *put32(uint8_t *at, uint32_t value) { return put(at, &value, 4); }
static uint8_t *put64(uint8_t *at, uint64_t value) { return put(at, &value, 8); }

size_t sg_eh_frame(uint8_t arch, uint64_t code, uint64_t size, uint8_t *buffer) {
  /* DWARF's numbers: rbp 6 and the return address 16; x29 29 and x30 30. Both ABIs keep the caller's frame
     pointer and the return address right below the canonical frame address, which is 16 above what the frame
     pointer points to. */
  if (arch != SG_ARCH_X86_64 && arch != SG_ARCH_AARCH64)
    return 0;
  const uint8_t frame = arch == SG_ARCH_X86_64 ? 6 : 29, link = arch == SG_ARCH_X86_64 ? 16 : 30;
  const uint8_t cie[] = {1, /* version */
                         'z',
                         'R',
                         0,    /* augmentation: a length, the encoding of addresses */
                         1,    /* code alignment factor */
                         0x78, /* data alignment factor, -8 */
                         link, /* return address column */
                         1,
                         0, /* augmentation: one byte, DW_EH_PE_absptr */
                         0x0c,
                         frame,
                         16, /* DW_CFA_def_cfa: frame pointer + 16 */
                         (uint8_t)(0x80 | frame),
                         2, /* DW_CFA_offset: at -16 */
                         (uint8_t)(0x80 | link),
                         1, /* at -8 */
                         0,
                         0,
                         0,
                         0}; /* DW_CFA_nop */
  uint8_t *at = buffer;
  at = put32(at, 4 + sizeof(cie));
  at = put32(at, 0);
  at = put(at, cie, sizeof(cie));
  at = put32(at, 28);
  at = put32(at, (uint32_t)(at - buffer)); /* back to the description above */
  at = put64(at, code);
  at = put64(at, size);
  at = put64(at, 0); /* no augmentation; nops */
  at = put32(at, 0); /* the end */
  return (size_t)(at - buffer);
}

#if !defined(_WIN32)
extern void __register_frame(void *) __attribute__((weak));
extern void __deregister_frame(void *) __attribute__((weak));

/* libgcc takes a whole section; Apple's unwinder one description (FDE) at a time. */
static void *frame_argument(uint8_t *section) {
#ifdef __APPLE__
  uint32_t first;
  memcpy(&first, section, 4);
  return section + 4 + first;
#else
  return section;
#endif
}

void *sg_unwinder_register(const sg_trace *trace) {
  uint8_t *section = __register_frame ? malloc(64) : NULL;
  if (section == NULL)
    return NULL;
  if (sg_eh_frame(sg_stencils_tables(trace->set)->arch, (uint64_t)(uintptr_t)trace->code, trace->code_size,
                  section) == 0) {
    free(section);
    return NULL;
  }
  __register_frame(frame_argument(section));
  return section;
}

void sg_unwinder_unregister(void *handle) {
  if (handle == NULL)
    return;
  __deregister_frame(frame_argument(handle));
  free(handle);
}
#else
void *sg_unwinder_register(const sg_trace *trace) {
  (void)trace;
  return NULL; /* Windows has its own tables: RtlAddFunctionTable */
}
void sg_unwinder_unregister(void *handle) { (void)handle; }
#endif

/* ---- GDB ---- */

typedef struct jit_code_entry {
  struct jit_code_entry *next, *previous;
  const char *file;
  uint64_t size;
} jit_code_entry;

typedef struct jit_descriptor {
  uint32_t version;
  uint32_t action; /* 0: nothing, 1: register, 2: unregister */
  jit_code_entry *relevant, *first;
} jit_descriptor;

#ifdef _MSC_VER
#define SG_VISIBLE __declspec(noinline)
#else
#define SG_VISIBLE __attribute__((noinline, used, weak))
#endif

/* The interface's own names: one of each in a process, also when other libraries have a JIT. GDB puts a
 * breakpoint on the function. */
SG_VISIBLE void __jit_debug_register_code(void);
SG_VISIBLE void __jit_debug_register_code(void) {
#ifndef _MSC_VER
  __asm__ volatile("" ::: "memory");
#endif
}
#ifndef _MSC_VER
__attribute__((weak, used))
#endif
jit_descriptor __jit_debug_descriptor = {1, 0, NULL, NULL};

static sg_lock gdb_lock = SG_LOCK_FREE;
void sg_gdb_before_fork(void) { sg_lock_acquire(&gdb_lock); }
void sg_gdb_after_fork(void) { sg_lock_release(&gdb_lock); }

/* ELF, 64 bits, little-endian (System V gABI, chapter 4). */
typedef struct elf_header {
  uint8_t ident[16];
  uint16_t type, machine;
  uint32_t version;
  uint64_t entry, program_headers, section_headers;
  uint32_t flags;
  uint16_t header_size, program_header_size, program_header_count, section_header_size, section_count, names;
} elf_header;

typedef struct elf_section {
  uint32_t name, type;
  uint64_t flags, address, offset, size;
  uint32_t link, info;
  uint64_t alignment, entry_size;
} elf_section;

typedef struct elf_symbol {
  uint32_t name;
  uint8_t info, other;
  uint16_t section;
  uint64_t value, size;
} elf_symbol;

enum { SECTION_NONE, SECTION_TEXT, SECTION_FRAME, SECTION_NAMES, SECTION_SYMBOLS, SECTION_STRINGS, SECTIONS };

static const char *name_of(const sg_trace *trace, size_t i) {
  return sg_stencil_name(trace->set, trace->stencils[i]);
}

/* The object file in one piece of memory, behind the entry of GDB's list. */
static jit_code_entry *make_object(const sg_trace *trace) {
  static const char section_names[] = "\0.text\0.eh_frame\0.shstrtab\0.symtab\0.strtab";
  const size_t prefix = strlen(trace->name) + 1;
  size_t symbols = 1, text = 1;
  for (size_t i = 0; i < trace->uop_count; i++)
    if (trace->starts[i + 1] > trace->starts[i]) {
      symbols++;
      text += prefix + strlen(name_of(trace, i)) + 1;
    }
  const size_t frame_at = (sizeof(elf_header) + SECTIONS * sizeof(elf_section) + 7) / 8 * 8,
               symbols_at = frame_at + 64;
  const size_t names_at = symbols_at + symbols * sizeof(elf_symbol),
               strings_at = names_at + sizeof(section_names);
  const size_t size = strings_at + text;
  jit_code_entry *entry = calloc(1, sizeof(*entry) + size);
  if (entry == NULL)
    return NULL;
  uint8_t *file = (uint8_t *)(entry + 1);
  entry->file = (const char *)file;
  entry->size = size;

  const uint8_t arch = sg_stencils_tables(trace->set)->arch;
  const uint64_t code = (uint64_t)(uintptr_t)trace->code;
  const size_t frame_size = sg_eh_frame(arch, code, trace->code_size, file + frame_at);
  elf_header header = {.ident = {0x7f, 'E', 'L', 'F', 2, 1, 1},
                       .type = 1, /* relocatable, but its sections have addresses */
                       .machine = arch == SG_ARCH_AARCH64 ? 183 : 62,
                       .version = 1,
                       .section_headers = sizeof(elf_header),
                       .header_size = sizeof(elf_header),
                       .section_header_size = sizeof(elf_section),
                       .section_count = SECTIONS,
                       .names = SECTION_NAMES};
  memcpy(file, &header, sizeof(header));
  const elf_section sections[SECTIONS] = {
      [SECTION_TEXT] = {1, 8, 6, code, 0, trace->code_size, 0, 0, 16, 0},
      [SECTION_FRAME] = {7, 1, 2, 0, frame_at, frame_size, 0, 0, 8, 0},
      [SECTION_NAMES] = {17, 3, 0, 0, names_at, sizeof(section_names), 0, 0, 1, 0},
      [SECTION_SYMBOLS] = {27, 2, 0, 0, symbols_at, symbols * sizeof(elf_symbol), SECTION_STRINGS, 1, 8,
                           sizeof(elf_symbol)},
      [SECTION_STRINGS] = {35, 3, 0, 0, strings_at, text, 0, 0, 1, 0}};
  memcpy(file + sizeof(header), sections, sizeof(sections));
  memcpy(file + names_at, section_names, sizeof(section_names));
  char *strings = (char *)file + strings_at;
  size_t symbol = 1, place = 1;
  for (size_t i = 0; i < trace->uop_count; i++) {
    const uint32_t uop_size = trace->starts[i + 1] - trace->starts[i];
    if (uop_size == 0)
      continue;
    const elf_symbol s = {(uint32_t)place, 0x12 /* global function */, 0,
                          SECTION_TEXT,    trace->starts[i],           uop_size};
    memcpy(file + symbols_at + symbol++ * sizeof(s), &s, sizeof(s));
    place += (size_t)snprintf(strings + place, text - place, "%s:%s", trace->name, name_of(trace, i)) + 1;
  }
  return entry;
}

sg_result sg_gdb_register(sg_trace *trace) {
  jit_code_entry *entry = make_object(trace);
  if (entry == NULL)
    return SG_NO_MEMORY;
  sg_lock_acquire(&gdb_lock);
  entry->next = __jit_debug_descriptor.first;
  if (entry->next != NULL)
    entry->next->previous = entry;
  __jit_debug_descriptor.first = __jit_debug_descriptor.relevant = entry;
  __jit_debug_descriptor.action = 1;
  __jit_debug_register_code();
  sg_lock_release(&gdb_lock);
  trace->debug_entry = entry;
  return SG_OK;
}

void sg_gdb_unregister(sg_trace *trace) {
  jit_code_entry *entry = trace->debug_entry;
  if (entry == NULL)
    return;
  sg_lock_acquire(&gdb_lock);
  if (entry->previous != NULL)
    entry->previous->next = entry->next;
  else
    __jit_debug_descriptor.first = entry->next;
  if (entry->next != NULL)
    entry->next->previous = entry->previous;
  __jit_debug_descriptor.relevant = entry;
  __jit_debug_descriptor.action = 2;
  __jit_debug_register_code();
  sg_lock_release(&gdb_lock);
  free(entry);
  trace->debug_entry = NULL;
}
