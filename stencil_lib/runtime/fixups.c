/* See fixups.h. What FixupKinds.def calls encodings: functions that check the instruction and put the operand
 * into it. Operands and their limits come from there. Bit fields are named as in the architectures' manuals.
 */
#include "fixups.h"

#include <string.h>

typedef sg_result (*encoder)(uint8_t *at, int64_t operand);

typedef struct encoding {
  sg_fixup_operand operand;
  uint32_t multiple;
  int64_t minimum;
  int64_t maximum;
  encoder encode;
} encoding;

/* Bytes in an order of their own. */

static uint32_t read_le(const uint8_t *at, unsigned width) {
  uint32_t value = 0;
  for (unsigned i = 0; i < width; i++)
    value |= (uint32_t)at[i] << (8 * i);
  return value;
}

static sg_result write_le(uint8_t *at, unsigned width, uint64_t value) {
  for (unsigned i = 0; i < width; i++)
    at[i] = (uint8_t)(value >> (8 * i));
  return SG_OK;
}

static sg_result write_be(uint8_t *at, unsigned width, uint64_t value) {
  for (unsigned i = 0; i < width; i++)
    at[i] = (uint8_t)(value >> (8 * (width - 1 - i)));
  return SG_OK;
}

/* Bits low to low + count - 1 of a value, at bit 0. */
static uint32_t bits(int64_t value, unsigned low, unsigned count) {
  return (uint32_t)((uint64_t)value >> low) & ((UINT32_C(1) << count) - 1);
}

/* Sets the bits of a 32-bit little-endian instruction that are in mask. */
static sg_result set_field(uint8_t *at, uint32_t mask, uint32_t field) {
  return write_le(at, 4, (read_le(at, 4) & ~mask) | (field & mask));
}

/* Data */

static sg_result data64_le(uint8_t *at, int64_t v) { return write_le(at, 8, (uint64_t)v); }
static sg_result data32_le(uint8_t *at, int64_t v) { return write_le(at, 4, (uint64_t)v); }
static sg_result data16_le(uint8_t *at, int64_t v) { return write_le(at, 2, (uint64_t)v); }
static sg_result data8(uint8_t *at, int64_t v) { return write_le(at, 1, (uint64_t)v); }
static sg_result data64_be(uint8_t *at, int64_t v) { return write_be(at, 8, (uint64_t)v); }
static sg_result data32_be(uint8_t *at, int64_t v) { return write_be(at, 4, (uint64_t)v); }

/* AArch64 (Arm Architecture Reference Manual for A-profile, C4.1) */

/* x00101 imm26: b, bl */
static sg_result aarch64_imm26(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0x7c000000) != 0x14000000)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x03ffffff, bits(v, 2, 26));
}

/* imm19 in bits 5 to 23, shared by conditional branches and loads of literals */
static sg_result aarch64_imm19(uint8_t *at, int64_t v) {
  return set_field(at, 0x00ffffe0, bits(v, 2, 19) << 5);
}

/* 01010100 imm19 x cond: b.cond, bc.cond; x011010x imm19 Rt: cbz, cbnz */
static sg_result aarch64_branch19(uint8_t *at, int64_t v) {
  uint32_t insn = read_le(at, 4);
  if ((insn & 0xff000000) != 0x54000000 && (insn & 0x7e000000) != 0x34000000)
    return SG_WRONG_INSTRUCTION;
  return aarch64_imm19(at, v);
}

/* b011011x b40 imm14 Rt: tbz, tbnz */
static sg_result aarch64_branch14(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0x7e000000) != 0x36000000)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x0007ffe0, bits(v, 2, 14) << 5);
}

/* opc 011 V 00 imm19 Rt: ldr, ldrsw, prfm of a literal */
static sg_result aarch64_literal19(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0x3b000000) != 0x18000000)
    return SG_WRONG_INSTRUCTION;
  return aarch64_imm19(at, v);
}

/* 01011000 imm19 Rt: ldr Xt of a literal */
static sg_result aarch64_load64_literal19(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0xff000000) != 0x58000000)
    return SG_WRONG_INSTRUCTION;
  return aarch64_imm19(at, v);
}

/* op immlo 10000 immhi Rd: adr (op = 0), adrp (op = 1) */
static sg_result aarch64_immhilo(uint8_t *at, int64_t imm21) {
  return set_field(at, 0x60ffffe0, bits(imm21, 0, 2) << 29 | bits(imm21, 2, 19) << 5);
}

static sg_result aarch64_adr(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0x9f000000) != 0x10000000)
    return SG_WRONG_INSTRUCTION;
  return aarch64_immhilo(at, v);
}

static sg_result aarch64_adrp(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0x9f000000) != 0x90000000)
    return SG_WRONG_INSTRUCTION;
  return aarch64_immhilo(at, v >> 12);
}

/* sf 00100010 imm12 Rn Rd: add; size 111 V 01 opc imm12 Rn Rt: load or store of 1 << scale bytes */
static sg_result aarch64_imm12(uint8_t *at, int64_t v) {
  uint32_t insn = read_le(at, 4);
  unsigned scale = 0;
  if ((insn & 0x3b000000) == 0x39000000)
    scale = (insn & 0x04800000) == 0x04800000 ? 4 : insn >> 30;
  else if ((insn & 0x7fc00000) != 0x11000000)
    return SG_WRONG_INSTRUCTION;
  if (bits(v, 0, scale) != 0)
    return SG_MISALIGNED;
  return set_field(at, 0x003ffc00, bits(v, 0, 12) >> scale << 10);
}

/* ldr Xt, [Xn, #imm12 * 8] */
static sg_result aarch64_load64(uint8_t *at, int64_t v) {
  return (read_le(at, 4) & 0xffc00000) == 0xf9400000 ? aarch64_imm12(at, v) : SG_WRONG_INSTRUCTION;
}

/* sf opc 100101 hw imm16 Rd: movn, movz, movk of bits 16 * hw and up */
static sg_result aarch64_movw(uint8_t *at, int64_t v, unsigned hw) {
  uint32_t insn = read_le(at, 4);
  if ((insn & 0x1f800000) != 0x12800000 || (insn >> 21 & 3) != hw)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x001fffe0, bits(v, 16 * hw, 16) << 5);
}

static sg_result aarch64_movw0(uint8_t *at, int64_t v) { return aarch64_movw(at, v, 0); }
static sg_result aarch64_movw1(uint8_t *at, int64_t v) { return aarch64_movw(at, v, 1); }
static sg_result aarch64_movw2(uint8_t *at, int64_t v) { return aarch64_movw(at, v, 2); }
static sg_result aarch64_movw3(uint8_t *at, int64_t v) { return aarch64_movw(at, v, 3); }

/* RISC-V (RISC-V Instruction Set Manual, volume I, "RV32/64G Instruction Set Listings") */

static uint32_t riscv_opcode(const uint8_t *at) { return at[0] & 0x7f; }

/* load, load-fp, op-imm, op-imm-32, jalr: imm[11:0] rs1 funct3 rd opcode */
static sg_result riscv_i(uint8_t *at, int64_t v) {
  uint32_t opcode = riscv_opcode(at);
  if (opcode != 0x03 && opcode != 0x07 && opcode != 0x13 && opcode != 0x1b && opcode != 0x67)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0xfff00000, bits(v, 0, 12) << 20);
}

/* store, store-fp: imm[11:5] rs2 rs1 funct3 imm[4:0] opcode */
static sg_result riscv_s(uint8_t *at, int64_t v) {
  if (riscv_opcode(at) != 0x23 && riscv_opcode(at) != 0x27)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0xfe000f80, bits(v, 5, 7) << 25 | bits(v, 0, 5) << 7);
}

/* imm[31:12] rd opcode; what is left has 12 bits and a sign */
static sg_result riscv_u(uint8_t *at, int64_t v, uint32_t opcode) {
  if (riscv_opcode(at) != opcode)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0xfffff000, (uint32_t)((uint64_t)v + 0x800));
}

static sg_result riscv_lui(uint8_t *at, int64_t v) { return riscv_u(at, v, 0x37); }
static sg_result riscv_auipc(uint8_t *at, int64_t v) { return riscv_u(at, v, 0x17); }

/* auipc rd, imm20; jalr x, imm12(rd) */
static sg_result riscv_call(uint8_t *at, int64_t v) {
  uint32_t rd = read_le(at, 4) >> 7 & 31, rs1 = read_le(at + 4, 4) >> 15 & 31;
  if (riscv_opcode(at) != 0x17 || riscv_opcode(at + 4) != 0x67 || rd != rs1)
    return SG_WRONG_INSTRUCTION;
  riscv_auipc(at, v);
  return riscv_i(at + 4, v);
}

/* imm[12|10:5] rs2 rs1 funct3 imm[4:1|11] 1100011 */
static sg_result riscv_branch(uint8_t *at, int64_t v) {
  if (riscv_opcode(at) != 0x63)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0xfe000f80,
                   bits(v, 12, 1) << 31 | bits(v, 5, 6) << 25 | bits(v, 1, 4) << 8 | bits(v, 11, 1) << 7);
}

/* imm[20|10:1|11|19:12] rd 1101111 */
static sg_result riscv_jal(uint8_t *at, int64_t v) {
  if (riscv_opcode(at) != 0x6f)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0xfffff000,
                   bits(v, 20, 1) << 31 | bits(v, 1, 10) << 21 | bits(v, 11, 1) << 20 | bits(v, 12, 8) << 12);
}

/* 11x imm[8|4:3] rs1' imm[7:6|2:1|5] 01: c.beqz, c.bnez */
static sg_result riscv_rvc_branch(uint8_t *at, int64_t v) {
  uint32_t insn = read_le(at, 2);
  if ((insn & 0xc003) != 0xc001)
    return SG_WRONG_INSTRUCTION;
  uint32_t field = bits(v, 8, 1) << 12 | bits(v, 3, 2) << 10 | bits(v, 6, 2) << 5 | bits(v, 1, 2) << 3 |
                   bits(v, 5, 1) << 2;
  return write_le(at, 2, (insn & ~UINT32_C(0x1c7c)) | field);
}

/* 101 imm[11|4|9:8|10|6|7|3:1|5] 01: c.j */
static sg_result riscv_rvc_jump(uint8_t *at, int64_t v) {
  uint32_t insn = read_le(at, 2);
  if ((insn & 0xe003) != 0xa001)
    return SG_WRONG_INSTRUCTION;
  uint32_t field = bits(v, 11, 1) << 12 | bits(v, 4, 1) << 11 | bits(v, 8, 2) << 9 | bits(v, 10, 1) << 8 |
                   bits(v, 6, 1) << 7 | bits(v, 7, 1) << 6 | bits(v, 1, 3) << 3 | bits(v, 5, 1) << 2;
  return write_le(at, 2, (insn & ~UINT32_C(0x1ffc)) | field);
}

/* LoongArch (LoongArch Reference Manual, volume 1, appendix B) */

/* opcode offs[15:0] rj rd: beq to bgeu (22 to 27), jirl (19) */
static sg_result loongarch_offs16(uint8_t *at, int64_t v) {
  uint32_t opcode = read_le(at, 4) >> 26;
  if ((opcode < 22 || opcode > 27) && opcode != 19)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x03fffc00, bits(v, 2, 16) << 10);
}

/* opcode offs[15:0] rj offs[20:16]: beqz (16), bnez (17), bceqz and bcnez (18) */
static sg_result loongarch_offs21(uint8_t *at, int64_t v) {
  uint32_t opcode = read_le(at, 4) >> 26;
  if (opcode < 16 || opcode > 18)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x03fffc1f, bits(v, 2, 16) << 10 | bits(v, 18, 5));
}

/* opcode offs[15:0] offs[25:16]: b (20), bl (21) */
static sg_result loongarch_offs26(uint8_t *at, int64_t v) {
  if (read_le(at, 4) >> 27 != 10)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x03ffffff, bits(v, 2, 16) << 10 | bits(v, 18, 10));
}

/* 0001111 si20 rd: pcaddu18i; 010011 offs[15:0] rj rd: jirl, whose 18 bits have a sign */
static sg_result loongarch_call36(uint8_t *at, int64_t v) {
  uint32_t first = read_le(at, 4), second = read_le(at + 4, 4);
  if (first >> 25 != 0x0f || second >> 26 != 19 || (first & 31) != (second >> 5 & 31))
    return SG_WRONG_INSTRUCTION;
  set_field(at, 0x01ffffe0, bits((int64_t)((uint64_t)v + 0x20000), 18, 20) << 5);
  return set_field(at + 4, 0x03fffc00, bits(v, 2, 16) << 10);
}

/* 0001101 si20 rd: pcalau12i */
static sg_result loongarch_pcalau12i(uint8_t *at, int64_t v) {
  if (read_le(at, 4) >> 25 != 0x0d)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x01ffffe0, bits(v, 12, 20) << 5);
}

/* opcode si12 rj rd: 0000001...: addi; 00101.....: loads and stores */
static sg_result loongarch_si12(uint8_t *at, int64_t v) {
  uint32_t insn = read_le(at, 4);
  if (insn >> 25 != 1 && insn >> 27 != 5)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x003ffc00, bits(v, 0, 12) << 10);
}

/* 0010100011 si12 rj rd: ld.d */
static sg_result loongarch_ld_d(uint8_t *at, int64_t v) {
  return read_le(at, 4) >> 22 == 0xa3 ? loongarch_si12(at, v) : SG_WRONG_INSTRUCTION;
}

/* s390x (z/Architecture Principles of Operation, "Instruction Formats"): the operand counts halfwords. */

static sg_result s390x_half16(uint8_t *at, int64_t v) { return write_be(at, 2, bits(v, 1, 16)); }
static sg_result s390x_half32(uint8_t *at, int64_t v) { return write_be(at, 4, (uint64_t)v >> 1); }

/* Arm (Arm Architecture Reference Manual for ARMv7-A, A5) */

/* cond 1010 imm24: b; cond 1011 imm24: bl */
static sg_result arm_branch(uint8_t *at, int64_t v) {
  uint32_t insn = read_le(at, 4);
  if ((insn & 0x0e000000) != 0x0a000000 || insn >> 28 == 15)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x00ffffff, bits(v, 2, 24));
}

/* 1110 1011 imm24: bl; 1111 101H imm24: blx, H counts two bytes */
static sg_result arm_call(uint8_t *at, int64_t v) {
  uint32_t insn = read_le(at, 4);
  if (insn >> 24 != 0xeb && insn >> 25 != 0x7d)
    return SG_WRONG_INSTRUCTION;
  if ((v & 3) == 2)
    return SG_MISALIGNED;
  uint32_t opcode = (v & 1) ? UINT32_C(0xfa000000) | bits(v, 1, 1) << 24 : UINT32_C(0xeb000000);
  return write_le(at, 4, opcode | bits(v, 2, 24));
}

/* cond 00110000 imm4 Rd imm12: movw; cond 00110100: movt */
static sg_result arm_mov(uint8_t *at, uint32_t opcode, uint32_t imm16) {
  if ((read_le(at, 4) & 0x0ff00000) != opcode)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x000f0fff, imm16 >> 12 << 16 | (imm16 & 0xfff));
}

static sg_result arm_movw(uint8_t *at, int64_t v) { return arm_mov(at, 0x03000000, bits(v, 0, 16)); }
static sg_result arm_movt(uint8_t *at, int64_t v) { return arm_mov(at, 0x03400000, bits(v, 16, 16)); }
static sg_result arm_data31(uint8_t *at, int64_t v) { return set_field(at, 0x7fffffff, (uint32_t)v); }

/* PowerPC64, little-endian (Power ISA 3.1, book I, 1.6) */

/* 18 LI AA LK: b, bl */
static sg_result ppc64_branch(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0xfc000002) != 0x48000000)
    return SG_WRONG_INSTRUCTION;
  return set_field(at, 0x03fffffc, bits(v, 0, 26));
}

/* 1 type 0 R 00 d0, then opcode ... d1: 8LS (type 0) and MLS (type 2), relative to itself (R = 1) */
static sg_result ppc64_prefixed34(uint8_t *at, int64_t v) {
  if ((read_le(at, 4) & 0xfc100000) != 0x04100000)
    return SG_WRONG_INSTRUCTION;
  set_field(at, 0x0003ffff, bits(v, 16, 18));
  return set_field(at + 4, 0x0000ffff, bits(v, 0, 16));
}

static sg_result ppc64_lo16(uint8_t *at, int64_t v) { return write_le(at, 2, (uint64_t)v); }
static sg_result ppc64_ha16(uint8_t *at, int64_t v) { return write_le(at, 2, ((uint64_t)v + 0x8000) >> 16); }

/* The low two bits belong to the operation. */
static sg_result ppc64_lo16_ds(uint8_t *at, int64_t v) {
  return write_le(at, 2, ((uint64_t)v & 0xfffc) | (read_le(at, 2) & 3));
}

/* The table: a kind whose encoding has no function above does not compile. */

#define OPERAND_Absolute SG_OPERAND_ABSOLUTE
#define OPERAND_Relative SG_OPERAND_RELATIVE
#define OPERAND_RelativeWrap32 SG_OPERAND_RELATIVE_WRAP32
#define OPERAND_Page SG_OPERAND_PAGE
#define OPERAND_PageRounded SG_OPERAND_PAGE_ROUNDED

static const encoding encodings[SG_FIXUP_KIND_COUNT] = {
#define FIXUP_KIND(Name, Architecture, Spelling, Width, Base, Operand, Least, Greatest, Multiple, Use,       \
                   Encoding, ...)                                                                            \
  {OPERAND_##Operand, Multiple, Least, Greatest, Encoding},
#include "FixupKinds.def"
};

static const struct {
  const char *name;
  unsigned width;
  const char *formula, *range, *note;
} texts[SG_FIXUP_KIND_COUNT] = {
#define FIXUP_KIND(Name, Architecture, Spelling, Width, Base, Operand, Least, Greatest, Multiple, Use,       \
                   Encoding, Formula, Range, Note)                                                           \
  {Spelling, Width, Formula, Range, Note},
#include "FixupKinds.def"
};

static int is_kind(sg_fixup_kind kind) { return (unsigned)kind < SG_FIXUP_KIND_COUNT; }

/* Conversions of numbers above INT64_MAX are modular in every compiler there is. */
static int64_t operand_of(sg_fixup_operand operand, uint64_t address, uint64_t value) {
  const uint64_t page = ~UINT64_C(0xfff);
  switch (operand) {
  case SG_OPERAND_ABSOLUTE:
    return (int64_t)value;
  case SG_OPERAND_RELATIVE:
    return (int64_t)(value - address);
  case SG_OPERAND_RELATIVE_WRAP32:
    return (int32_t)(uint32_t)(value - address);
  case SG_OPERAND_PAGE:
    return (int64_t)((value & page) - (address & page));
  case SG_OPERAND_PAGE_ROUNDED:
    return (int64_t)(((value + 0x800) & page) - (address & page));
  }
  return 0;
}

static sg_result check(const encoding *e, int64_t operand) {
  if (operand < e->minimum || operand > e->maximum)
    return SG_OUT_OF_RANGE;
  return ((uint64_t)operand & (e->multiple - 1)) == 0 ? SG_OK : SG_MISALIGNED;
}

sg_result sg_fixup_kind_info(sg_fixup_kind kind, sg_fixup_info *info) {
  if (!is_kind(kind))
    return SG_UNKNOWN_KIND;
  const encoding *e = &encodings[kind];
  *info = (sg_fixup_info){texts[kind].name,  texts[kind].width, texts[kind].formula,
                          texts[kind].range, texts[kind].note,  e->operand,
                          e->minimum,        e->maximum,        e->multiple};
  return SG_OK;
}

sg_fixup_kind sg_fixup_kind_from_name(const char *name) {
  unsigned kind = 0;
  while (kind < SG_FIXUP_KIND_COUNT && strcmp(texts[kind].name, name) != 0)
    kind++;
  return (sg_fixup_kind)kind;
}

sg_result sg_fixup_check(sg_fixup_kind kind, uint64_t address, uint64_t value) {
  if (!is_kind(kind))
    return SG_UNKNOWN_KIND;
  return check(&encodings[kind], operand_of(encodings[kind].operand, address, value));
}

sg_result sg_fixup_apply(sg_fixup_kind kind, uint8_t *location, uint64_t address, uint64_t value) {
  if (!is_kind(kind))
    return SG_UNKNOWN_KIND;
  const encoding *e = &encodings[kind];
  int64_t operand = operand_of(e->operand, address, value);
  sg_result result = check(e, operand);
  return result == SG_OK ? e->encode(location, operand) : result;
}

const char *sg_result_text(sg_result result) {
  switch (result) {
  case SG_OK:
    return "ok";
  case SG_OUT_OF_RANGE:
    return "out of range";
  case SG_MISALIGNED:
    return "not a multiple of the instruction's unit";
  case SG_WRONG_INSTRUCTION:
    return "not an instruction of this fixup kind";
  case SG_UNKNOWN_KIND:
    return "unknown fixup kind";
  case SG_BAD_TABLES:
    return "bad tables";
  case SG_BAD_TRACE:
    return "bad trace";
  case SG_NO_MEMORY:
    return "no memory";
  case SG_DENIED:
    return "the system forbids executable memory";
  case SG_NO_VARIANT:
    return "no such stencil";
  case SG_NO_TARGET:
    return "no such target";
  case SG_WRONG_DEPTH:
    return "another number of items in registers";
  case SG_NO_END:
    return "no end";
  }
  return "unknown result";
}
