/* Fixups: how the patcher encodes a value into bytes, for every fixup kind of formats/FixupKinds.def.
 *
 * The letters of its formulas: S address of what fills the hole, A addend, P run address of the fixup's first
 * byte, G address of a data slot that holds S, T address in PowerPC's r2. The byte order follows from the
 * kind, never from the machine this runs on: every kind can be applied, and tested, anywhere. */
#ifndef SG_FIXUPS_H
#define SG_FIXUPS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What became of a fixup. Whatever is not SG_OK has left the bytes as they were. */
typedef enum sg_result {
  SG_OK = 0,
  SG_OUT_OF_RANGE,      /**< the value does not fit: the target is out of reach, a veneer is needed */
  SG_MISALIGNED,        /**< the value is no multiple of what the instruction counts in */
  SG_WRONG_INSTRUCTION, /**< the bytes are no instruction that the kind belongs in */
  SG_UNKNOWN_KIND,
  SG_BAD_TABLES,  /**< tables of stencils that cannot be: sg_stencils_create says what is wrong */
  SG_BAD_TRACE,   /**< no micro-op at all, or more than a trace can hold */
  SG_NO_MEMORY,   /**< no memory */
  SG_DENIED,      /**< the system forbids memory that can be executed, in the way that was asked for */
  SG_NO_VARIANT,  /**< a micro-op has no stencil: SG_NO_STENCIL, or beyond the tables */
  SG_NO_TARGET,   /**< a target is not a micro-op of the trace */
  SG_WRONG_DEPTH, /**< a micro-op starts with another number of items in registers than it is reached with */
  SG_NO_END       /**< the trace goes on behind its last micro-op */
} sg_result;

/** Every fixup kind, in the order of FixupKinds.def: SG_FIXUP_Abs64, ... */
typedef enum sg_fixup_kind {
#define FIXUP_KIND(Name, ...) SG_FIXUP_##Name,
#include "FixupKinds.def"
  SG_FIXUP_KIND_COUNT
} sg_fixup_kind;

/** What a kind's range is measured on: its operand. */
typedef enum sg_fixup_operand {
  SG_OPERAND_ABSOLUTE,        /**< value */
  SG_OPERAND_RELATIVE,        /**< value - address */
  SG_OPERAND_RELATIVE_WRAP32, /**< value - address modulo 2^32, as a signed number */
  SG_OPERAND_PAGE,            /**< Page(value) - Page(address), pages of 4096 bytes */
  SG_OPERAND_PAGE_ROUNDED     /**< Page(value + 0x800) - Page(address) */
} sg_fixup_operand;

/** What is known of a kind. */
typedef struct sg_fixup_info {
  const char *name;    /**< as in manifests: "abs64" */
  unsigned width;      /**< bytes touched */
  const char *formula; /**< the next three: for people, from FixupKinds.def */
  const char *range;
  const char *note;
  sg_fixup_operand operand;
  int64_t minimum;   /**< of the operand */
  int64_t maximum;   /**< of the operand */
  uint32_t multiple; /**< the operand must be a multiple of this; 1: any, or the instruction tells */
} sg_fixup_info;

/** Fills in what is known of a kind. SG_UNKNOWN_KIND, and nothing written, if there is no such kind. */
sg_result sg_fixup_kind_info(sg_fixup_kind kind, sg_fixup_info *info);

/** The kind with this name (not NULL), SG_FIXUP_KIND_COUNT if there is no such kind. */
sg_fixup_kind sg_fixup_kind_from_name(const char *name);

/** Whether a value fits, without bytes: to decide on a veneer, say. Parameters and results as for
 * sg_fixup_apply. */
sg_result sg_fixup_check(sg_fixup_kind kind, uint64_t address, uint64_t value);

/** Encodes a value.
 * \param location  the bytes to change, as many as the kind's width, of any alignment; the
 *                  bits around the field are kept
 * \param address   P, where these bytes will run
 * \param value     S + A; G + A if the formula has G, S + A - T if it has T
 * The operand is checked before anything is written. So is the instruction, if it begins at location; that of
 * x86 and s390x begins before it and is checked when stencils are made. */
sg_result sg_fixup_apply(sg_fixup_kind kind, uint8_t *location, uint64_t address, uint64_t value);

/** Changes an instruction of x86-64 that reads a data slot to one that has the slot's value for its operand,
 * as CPython's JIT does: mov becomes lea, call and jmp become direct.
 * \param offset  of the operand in the code, which ends the instruction
 * Returns 0, and changes nothing, if there is no such instruction. */
int sg_relax_x86_64(uint8_t *code, unsigned offset);

/** A result as text: "out of range". */
const char *sg_result_text(sg_result result);

#ifdef __cplusplus
}
#endif

#endif
