/* The form of the tables that `stencilgen build` writes (output dialect "tables") and that the runtime reads:
   numbers and offsets only, so that the tables themselves need no relocation. C11 and C++. */
#ifndef SG_TABLES_H
#define SG_TABLES_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raised whenever the form below changes; sg_stencils_create refuses any other. */
#define SG_TABLES_VERSION 2

/* The architectures whose veneers the runtime knows. */
enum { SG_ARCH_OTHER, SG_ARCH_X86_64, SG_ARCH_AARCH64 };

/* Hole values that every interpreter has; the interpreter's own follow from SG_VALUE_FIRST_OWN on. */
enum { SG_VALUE_NONE, SG_VALUE_CODE, SG_VALUE_DATA, SG_VALUE_CONTINUE, SG_VALUE_FIRST_OWN };

/* Where the interpreter's own hole values come from. */
enum {
  SG_SOURCE_OPERAND, /* sg_uop.operand[index] */
  SG_SOURCE_TARGET,  /* the address of the micro-op sg_uop.target[index] of the same trace */
  SG_SOURCE_TRACE,   /* sg_trace_options.values[index], the same for the whole trace */
  SG_SOURCES
};

enum {
  SG_MAX_OPERANDS = 4,
  SG_MAX_TARGETS = 2,
  SG_MAX_TRACE_VALUES = 4,
  SG_MAX_VALUES = 32,
  SG_MAX_DEPTH = 15
};

enum { SG_NO_SYMBOL = 0xffff, SG_NO_STENCIL = 0xffff, SG_VARIES = -128 };

/* (source >> shift), and of that the low `width` bits. */
typedef struct sg_source {
  uint8_t source, index, shift, width;
} sg_source;

/* A place to fill: value + symbol + addend, put into the kind's formula (formats/FixupKinds.def) as S + A. */
typedef struct sg_hole {
  uint16_t offset; /* bytes from the start of the code, or of the data */
  uint8_t kind;    /* sg_fixup_kind */
  uint8_t value;   /* SG_VALUE_..., or SG_VALUE_FIRST_OWN + index into sg_tables.sources */
  uint16_t symbol; /* index into the symbols; SG_NO_SYMBOL: none */
  uint16_t addend; /* index into sg_tables.addends */
} sg_hole;

/* The code and data of one micro-op. Holes of the code come first, then those of the data, each by ascending
 * offset. */
typedef struct sg_stencil {
  uint32_t code, data; /* offsets into sg_tables.bytes */
  uint16_t code_size, data_size;
  uint32_t first_hole;
  uint16_t code_holes, data_holes;
} sg_stencil;

/* What the definitions say of a micro-op. */
typedef struct sg_stencil_info {
  uint16_t uop;                  /* index into sg_tables.uop_names: the micro-op this is a variant of */
  int8_t pops, pushes;           /* stack items; SG_VARIES: it depends on the argument */
  uint8_t cached_in, cached_out; /* stack items in registers at start and end, at most SG_MAX_DEPTH */
  uint16_t line;                 /* of the definition; 0: unknown, or above 65535 */
  uint32_t properties;           /* bits that the generated header names */
  uint8_t ends;                  /* 1: never goes on to what follows it in a trace */
} sg_stencil_info;

/* Everything about the stencils of one interpreter for one target. The generated header defines one of these.
 */
typedef struct sg_tables {
  uint32_t version;     /* SG_TABLES_VERSION */
  uint32_t fixup_kinds; /* how many the generator knew; they are numbered as in FixupKinds.def */
  uint8_t arch;         /* SG_ARCH_... */
  uint8_t code_alignment;
  uint8_t depths; /* columns of `variants` */
  uint8_t source_count;
  uint16_t shim; /* the stencil that enters from C; SG_NO_STENCIL: none */
  uint16_t stencil_count, uop_count, symbol_count, addend_count;
  uint32_t hole_count, byte_count;
  const uint8_t *bytes;
  const sg_stencil *stencils;
  const sg_hole *holes;
  const int64_t *addends;
  const sg_source *sources;
  const sg_stencil_info *info;
  const uint16_t
      *variants; /* [uop_count][depths]: the stencil for so many items in registers; SG_NO_STENCIL: none */
  const uint32_t *stencil_names, *uop_names, *symbol_names; /* offsets into `text` */
  const char *text;                                         /* names, each ended by a zero byte */
  uint32_t text_size;
} sg_tables;

#ifdef __cplusplus
}
#endif

#endif
