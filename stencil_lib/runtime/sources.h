/* The expressions of hole values, as profiles and manifests have them: `operand[0]`, `target[1] >> 32`,
   `trace[0] >> 8 & 0xff`. C11 and C++. */
#ifndef SG_SOURCES_H
#define SG_SOURCES_H

#include "sg_tables.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What sg_source_parse reads, for messages. */
#define SG_SOURCE_FORM "operand[N], target[N] or trace[N], optionally followed by '>> BITS' and '& MASK'"

/* Reads an expression of this form. Numbers are decimal, or hexadecimal with 0x; a mask is 2^n - 1. Returns
   1, or 0 when it is something else, or names more than SG_MAX_OPERANDS, ... allow. */
int sg_source_parse(const char *text, sg_source *source);

#ifdef __cplusplus
}
#endif

#endif
