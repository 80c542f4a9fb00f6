/* A stack machine whose instructions are generated: rpn.def.c says what they do, `stencilgen lower` makes rpn-cases.h,
   rpn-opcodes.h and rpn-metadata.h of it. With RPN_MUSTTAIL the cases are functions, otherwise the body of run(). */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>

#include "rpn-opcodes.h"

#include "rpn-metadata.h"

enum { STACK_SIZE = 64 };

union code_unit {
  struct {
    uint8_t op, arg;
  };
  uint16_t value; /* a cache entry */
};

struct frame {
  const long *constants;
  long stack[STACK_SIZE];
  long *stack_pointer; /* valid while other code runs */
  long result;
  int specialized;
};

static void print_top(struct frame *frame, long value) {
  assert(frame->stack_pointer[-1] == value);
  printf("print %ld\n", value);
}

#ifdef RPN_MUSTTAIL
#include "rpn-cases.h"
static int run(struct frame *frame, union code_unit *next_instr) {
  return targets[next_instr->op](frame, next_instr, frame->stack, next_instr->op, next_instr->arg);
}
#else
static int run(struct frame *frame, union code_unit *next_instr) {
  long *stack_pointer = frame->stack;
  int opcode, oparg;
#include "rpn-cases.h"
}
#endif

/* What the metadata says a program does to the depth of the stack, instruction after instruction. */
static int depth_after(const union code_unit *code, const union code_unit *end) {
  int depth = 0;
  while (code != end) {
    depth += instruction_pushes(code->op, code->arg) - instruction_pops(code->op, code->arg);
    code += 1 + instruction_metadata[code->op].caches;
  }
  return depth;
}

#define I(opcode, oparg)                                                                                               \
  { .op = opcode, .arg = oparg }
#define CACHE                                                                                                          \
  { .value = 0 }

static void report(const char *name, struct frame *frame, union code_unit *code) {
  int status = run(frame, code);
  printf("%s: status %d, result %ld, specialized %d\n", name, status, frame->result, frame->specialized);
}

int main(void) {
  const long constants[] = {1000000, 7};
  struct frame frame = {.constants = constants};

  union code_unit arithmetic[] = {I(PUSH, 0),       I(PUSH_SMALL, 6), I(PUSH, 1), I(MULTIPLY, 0),
                                  I(SUBTRACT, 0),   I(DUPLICATE, 0),  I(PRINT, 0), I(PUSH_SMALL, 1),
                                  I(PUSH_SMALL, 2), I(SUM, 3),        I(HALT, 0)};
  printf("depth %d\n", depth_after(arithmetic, arithmetic + 10));
  report("arithmetic", &frame, arithmetic);

  /* Halves a number until it is zero: the division becomes a shift on its first run. */
  union code_unit halve[] = {I(PUSH_SMALL, 100), I(PUSH_SMALL, 2), I(DIVIDE, 0),           CACHE,
                             I(DUPLICATE, 0),    I(PRINT, 0),      I(DUPLICATE, 0), I(JUMP_IF_NOT_ZERO, 7),
                             I(HALT, 0)};
  report("halve", &frame, halve);
  printf("division is now %s\n", instruction_metadata[halve[2].op].name);

  /* Two divisors for the same instruction: the shift falls back to the division. */
  union code_unit fall_back[] = {I(PUSH_SMALL, 90), I(PUSH_SMALL, 9), I(DIVIDE_SHIFT, 0), {.value = 1}, I(HALT, 0)};
  report("fall back", &frame, fall_back);

  union code_unit by_zero[] = {I(PUSH_SMALL, 1), I(PUSH_SMALL, 0), I(DIVIDE, 0), CACHE, I(HALT, 0)};
  report("by zero", &frame, by_zero);

  union code_unit negative[] = {I(PUSH_SMALL, 1), I(PUSH_SMALL, 2), I(SUBTRACT, 0), I(CHECK, 0), I(HALT, 0)};
  report("negative", &frame, negative);

  union code_unit unknown[] = {I(200, 0)};
  report("unknown", &frame, unknown);

  const struct instruction_metadata *shift = &instruction_metadata[DIVIDE_SHIFT];
  printf("%s: operands %s, caches %d, family %s, deopts %d\n", shift->name, shift->operands, shift->caches,
         instruction_metadata[shift->family].name, (shift->flags & INSTRUCTION_DEOPTS) != 0);
  return 0;
}
