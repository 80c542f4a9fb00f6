/* The run-time half of a copy-and-patch JIT: makes machine code of a list of micro-ops by copying their
 * stencils and filling the holes. C11, no dependency but the C library and threads. docs/runtime.md has the
 * memory model and examples.
 *
 * A trace is what is compiled at once: micro-ops one after another in one piece of memory of an arena.
 * Functions that can fail return an sg_result and, where there is more to say, fill an sg_problem. All
 * functions may be called from several threads at once, except where one says otherwise. */
#ifndef SG_RUNTIME_H
#define SG_RUNTIME_H

#include "fixups.h"
#include "sg_tables.h"
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Stencils ----------------------------------------------------------------------------------------- */

/** Tables that were checked, together with the addresses of the interpreter's symbols. */
typedef struct sg_stencils sg_stencils;

/** Checks \p tables (every offset, index and size in them) and prepares them for patching. They must outlive
 * the result.
 * \param symbols  the address of each of tables->symbol_count symbols; copied; NULL if there are no symbols
 * Errors: SG_BAD_TABLES, with \p why (if not NULL) set to a text that says what; SG_NO_MEMORY.
 */
sg_result sg_stencils_create(const sg_tables *tables, const uint64_t *symbols, sg_stencils **result,
                             const char **why);
void sg_stencils_destroy(sg_stencils *stencils);

/** The tables; and a stencil's name, "?" where there is no such stencil. */
const sg_tables *sg_stencils_tables(const sg_stencils *stencils);
const char *sg_stencil_name(const sg_stencils *stencils, uint32_t stencil);

/* ---- Memory ------------------------------------------------------------------------------------------- */

/** Executable memory in large regions. */
typedef struct sg_arena sg_arena;

/** How executable memory gets written; no address is ever writable and executable. */
typedef enum sg_protection {
  SG_PROTECTION_BEST,   /**< the first of these that the system allows */
  SG_PROTECTION_DUAL,   /**< mapped twice: one address to write, another to run (Linux, memfd_create) */
  SG_PROTECTION_SWITCH, /**< pages are writable, then executable (mprotect, VirtualProtect); a trace has its
                           own pages */
  SG_PROTECTION_THREAD  /**< macOS on arm64: MAP_JIT, writable for the thread that writes */
} sg_protection;

typedef struct sg_arena_options {
  const void *home;   /**< regions are put within reach of it if there is room; NULL: this library's code */
  size_t region_size; /**< bytes, rounded up to pages; 0: 1 MiB */
  sg_protection protection;
  int data_apart; /**< not 0: data of traces lies in memory that is writable and never executable */
} sg_arena_options;

/** Figures in bytes, unless they count. */
typedef struct sg_arena_statistics {
  size_t regions;   /**< count */
  size_t reserved;  /**< address space */
  size_t touched;   /**< pages that were handed out at least once */
  size_t allocated; /**< handed out now, filled up to the granule */
  size_t requested; /**< of that, asked for */
  size_t traces;    /**< count of pieces handed out now */
} sg_arena_statistics;

/** Tries what the system allows: memory that is written, then executed.
 * \param options  NULL: all zero
 * Errors: SG_DENIED, a policy of the system forbids it (seccomp, SELinux, another operating system);
 * SG_NO_MEMORY. */
sg_result sg_arena_create(const sg_arena_options *options, sg_arena **result);
/** Gives all memory back, also that of traces that are left. No thread may be in one. */
void sg_arena_destroy(sg_arena *arena);
sg_arena_statistics sg_arena_get_statistics(sg_arena *arena);
/** The protection in use: not SG_PROTECTION_BEST. */
sg_protection sg_arena_protection(const sg_arena *arena);

/* ---- Traces ------------------------------------------------------------------------------------------- */

/** A micro-op of a trace: its stencil and what fills the holes; the project file says which hole takes what.
 */
typedef struct sg_uop {
  uint32_t stencil;                /**< index into the tables */
  uint32_t target[SG_MAX_TARGETS]; /**< indexes of micro-ops of the trace. For sg_trace_write, one after the
                                      last is the end of the code */
  uint64_t operand[SG_MAX_OPERANDS];
} sg_uop;

typedef struct sg_trace_options {
  const char *name; /**< for debuggers and profilers; copied; NULL: "trace" */
  uint64_t values[SG_MAX_TRACE_VALUES];
  void *user; /**< the interpreter's own */
} sg_trace_options;

/** Machine code that is ready to run. Read only; free it with sg_trace_free. */
typedef struct sg_trace {
  const void *code; /**< where to enter it */
  const void *data;
  size_t code_size, data_size; /**< bytes; the code's with veneers */
  size_t uop_count;
  const uint32_t *starts;   /**< [uop_count + 1], bytes from code */
  const uint16_t *stencils; /**< [uop_count] */
  const sg_stencils *set;
  const char *name;
  void *user;
  void *debug_entry; /**< of sg_gdb_register */
} sg_trace;

/** What is wrong with a trace. sg_problem_text says it in words. */
typedef struct sg_problem {
  sg_result result;
  size_t uop;          /**< index in the trace of the micro-op that this is about */
  const char *stencil; /**< its name; NULL: it has none, or this is about no micro-op */

  /* Of a hole that could not be filled: where it is, and what should fill it. */
  int in_data;     /**< 0: the hole is in the code */
  uint32_t offset; /**< of the hole, bytes */
  sg_fixup_kind kind;
  uint64_t value; /**< S + A. SG_NO_VARIANT: the stencil's number; SG_NO_TARGET: the target's;
                     SG_WRONG_DEPTH: how many items in registers `uop` starts with */

  /* SG_WRONG_DEPTH, SG_NO_END: the micro-op that `uop` is reached from. */
  size_t from;
  const char *from_stencil;
  int target;     /**< by its target of this number; -1: because it follows. Also of SG_NO_TARGET */
  unsigned depth; /**< how many items in registers it ends with */
} sg_problem;

/** Checks, sizes, places, copies and patches. Nothing may run past the trace's end: its last micro-op is one
 * that leaves or jumps (sg_stencil_info.ends).
 * \param options  NULL: none
 * \param problem  NULL, or filled in, also when all is well
 * Errors: those of sg_trace_check; those of fixups; SG_NO_MEMORY; SG_DENIED. */
sg_result sg_trace_build(const sg_stencils *stencils, sg_arena *arena, const sg_uop *uops, size_t count,
                         const sg_trace_options *options, sg_trace **result, sg_problem *problem);

/** Checks what sg_trace_build checks before it asks for memory.
 * \param problem  as there
 * Errors: SG_BAD_TRACE; SG_NO_VARIANT; SG_NO_TARGET; SG_WRONG_DEPTH: a micro-op starts with another number of
 * items in registers than the one that it follows ends with, or, as a target, than the one that jumps there
 * starts and ends with (no items are right too: a micro-op may put all of them away before it leaves);
 * SG_NO_END: the last micro-op, or a target, leads behind the end. */
sg_result sg_trace_check(const sg_stencils *stencils, const sg_uop *uops, size_t count, sg_problem *problem);
/** Gives the memory back for others. No thread may be in the trace. */
void sg_trace_free(sg_arena *arena, sg_trace *trace);

/** A problem as one line: "micro-op 3 (_ADD), code hole at offset 0x7 of kind abs32s: out of range, value
 * 0x..."; "ok" if there is no problem. Returns what snprintf does. */
int sg_problem_text(const sg_problem *problem, char *buffer, size_t size);

/** Where a code address is. */
typedef struct sg_place {
  const sg_trace *trace;
  size_t uop;          /**< index in the trace; uop_count: in its veneers */
  const char *stencil; /**< name */
  uint32_t offset;     /**< bytes from the start of that micro-op's code */
} sg_place;

/** Finds the trace that an address is in. Returns 0 when it is in none. The trace must not be freed
 * meanwhile. */
int sg_lookup(sg_arena *arena, const void *address, sg_place *place);

/* ---- The parts, for those who have memory of their own (and for tests) -------------------------------- */

/** Where a trace goes: each part is written at one address and runs at another, which may be of another
 * machine. */
typedef struct sg_image {
  uint8_t *code, *data;
  uint64_t code_address, data_address;
  size_t code_size, data_size; /**< as sg_trace_size says */
  size_t veneers;              /**< how many veneers there is room for, right after the code */
} sg_image;

/** The bytes of a veneer on this architecture (tables->arch); 0: the runtime has none for it. */
size_t sg_veneer_size(uint8_t arch);

/** Adds up a trace.
 * \param starts  [count + 1]
 * Errors: SG_BAD_TRACE, SG_NO_VARIANT, SG_NO_TARGET. */
sg_result sg_trace_size(const sg_stencils *stencils, const sg_uop *uops, size_t count, uint32_t *starts,
                        size_t *code_size, size_t *data_size);
/** Copies and patches.
 * \param veneers_needed  set to the number of veneers that the trace needs there; if it is above
 *                        image->veneers, the code is not complete, and the result is SG_OUT_OF_RANGE
 * The instruction cache is left alone. */
sg_result sg_trace_write(const sg_stencils *stencils, const sg_uop *uops, size_t count,
                         const uint32_t *starts, const uint64_t values[SG_MAX_TRACE_VALUES],
                         const sg_image *image, size_t *veneers_needed, sg_problem *problem);

/* ---- Debuggers and profilers, each one call ----------------------------------------------------------- */

/** Adds the trace's micro-ops to a perf map (`/tmp/perf-PID.map`): "START SIZE trace:NAME:MICRO_OP". 0, or -1
 * on errors. */
int sg_perf_map_add(FILE *map, const sg_trace *trace);

/** jitdump, for `perf inject --jit`: writes the file's header, and a record for a trace. The caller keeps the
 * file mapped executable, which is how perf finds it: sg_jitdump_open does both. */
FILE *sg_jitdump_open(const char *path);
int sg_jitdump_add(FILE *dump, const sg_trace *trace);

/** Tells GDB and LLDB about a trace: a symbol for each micro-op, and how to unwind. Errors: SG_NO_MEMORY. */
sg_result sg_gdb_register(sg_trace *trace);
void sg_gdb_unregister(sg_trace *trace);

/** The call frame information of a trace whose code leaves the frame pointer alone, or keeps it as C does
 * (which -fno-omit-frame-pointer -momit-leaf-frame-pointer is for): the caller's frame is found through the
 * frame pointer. Writes .eh_frame for code at [code, code + size) into \p buffer of at least 64 bytes.
 * Returns the bytes; 0: no such architecture. */
size_t sg_eh_frame(uint8_t arch, uint64_t code, uint64_t size, uint8_t *buffer);
/** Registers a trace with this process's unwinder (libgcc's or LLVM's), for C++ exceptions and backtrace().
 * Returns a handle for the second function, NULL when there is no memory or the architecture is unknown. */
void *sg_unwinder_register(const sg_trace *trace);
void sg_unwinder_unregister(void *handle);

#ifdef __cplusplus
}
#endif

#endif
