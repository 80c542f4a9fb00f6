// Tier 1: the interpreter. Its instructions are generated from pebble.def.c; here is what their words mean in it.
#include "pebble.h"
#include "pebble-opcodes.h"
#include <string.h>

typedef Value Item;

#define SLOT(offset) stack_pointer[offset]
#define GET_LOCAL(number) locals[number]
#define SET_LOCAL(number, value) (locals[number] = (value))
#define IS_INT(value) ((value).tag == TAG_INT)
#define IS_FLOAT(value) ((value).tag == TAG_FLOAT)
#define IS_ARRAY(value) ((value).tag == TAG_ARRAY)
#define INT(value) ((int64_t)(value).payload)
#define ARRAY(value) ((Array *)(uintptr_t)(value).payload)
#define MAKE_INT(number) ((Value){(uint64_t)(number), TAG_INT})
#define MAKE_BOOL(truth) ((Value){(truth), TAG_BOOL})
#define TRUTH(value) pebble_is_true_inline(value)
#define QUOTIENT(left, right) ((left) / (right))
#define REMAINDER(left, right) ((left) % (right))
#define PRODUCT_OVERFLOWS(left, right, product) __builtin_mul_overflow(left, right, product)

static inline double FLOAT(Value value) {
  double number;
  memcpy(&number, &value.payload, sizeof(number));
  return number;
}

static inline Value MAKE_FLOAT(double number) {
  Value value = {0, TAG_FLOAT};
  memcpy(&value.payload, &number, sizeof(number));
  return value;
}

static inline bool pebble_is_true_inline(Value value) {
  return value.tag == TAG_BOOL ? value.payload != 0 : value.tag != TAG_NIL;
}

// An instruction becomes the one for the types it meets; it stays general for others.
#define SPECIALIZE(left, right, for_ints, for_floats)                 \
  do {                                                                \
    if (IS_INT(left) && IS_INT(right))                                \
      this_instr->op = for_ints;                                      \
    else if (IS_FLOAT(left) && IS_FLOAT(right))                       \
      this_instr->op = for_floats;                                    \
  } while (0)
#define SPECIALIZE_INDEX(object, index, for_array)                    \
  do {                                                                \
    if (IS_ARRAY(object) && IS_INT(index))                            \
      this_instr->op = for_array;                                     \
  } while (0)

#define NEW_ARRAY_OF(items, count) \
  ((Value){(uint64_t)(uintptr_t)pebble_array_of(vm, items, count), TAG_ARRAY})

// Continues with a function whose arguments are at `base`, in compiled code if there is.
#define ENTER(function_, base_)                                                                     \
  do {                                                                                              \
    Function *callee = (function_);                                                                 \
    Value *callee_locals = (base_);                                                                 \
    Code *callee_code = callee->code;                                                               \
    frame->next_instr = next_instr;                                                                 \
    stack_pointer = callee_locals + callee->locals;                                                 \
    if (callee->trace == NULL && --callee->countdown == 0)                                          \
      pebble_jit_function(vm, callee, callee_locals);                                               \
    if (callee->trace != NULL) {                                                                    \
      Value returned_ = pebble_jit_enter(vm, callee->trace, callee, callee_locals);                 \
      if (returned_.tag < TAG_ERROR) {                                                              \
        stack_pointer = callee_locals;                                                              \
        *stack_pointer++ = returned_;                                                               \
        break;                                                                                      \
      }                                                                                             \
      if (returned_.tag == TAG_ERROR)                                                               \
        goto leave_with_error;                                                                      \
      callee_code = ((Exit *)(uintptr_t)returned_.payload)->next_instr;                             \
      stack_pointer = vm->exit_stack_pointer;                                                       \
    }                                                                                               \
    if (frame + 1 >= vm->frame_limit || callee_locals + callee->frame_size >= vm->stack_limit) {    \
      pebble_fail(vm, "stack overflow");                                                            \
      goto label_error;                                                                             \
    }                                                                                               \
    vm->frame = ++frame;                                                                            \
    frame->function = callee;                                                                       \
    frame->locals = locals = callee_locals;                                                         \
    constants = callee->constants;                                                                  \
    next_instr = callee_code;                                                                       \
  } while (0)

// Ends a function: goes on in its caller, or in C.
#define LEAVE(result_)                                   \
  do {                                                   \
    frame->function->result_tag = (uint32_t)(result_).tag; \
    if (frame == first) {                                \
      vm->frame = frame - 1;                             \
      vm->depth--;                                       \
      return (result_);                                  \
    }                                                    \
    stack_pointer = locals;                              \
    *stack_pointer++ = (result_);                        \
    vm->frame = --frame;                                 \
    locals = frame->locals;                              \
    constants = frame->function->constants;              \
    next_instr = frame->next_instr;                      \
  } while (0)

// A loop has run long: compiled code finishes the function, or comes back here.
#define LOOP_IS_HOT(loop_)                                                              \
  do {                                                                                  \
    Loop *hot = &frame->function->loops[loop_];                                         \
    if (hot->trace == NULL)                                                             \
      pebble_jit_loop(vm, frame->function, loop_, next_instr, locals);                  \
    this_instr[1].cache = hot->trace != NULL ? 1 : hot->countdown;                      \
    if (hot->trace != NULL) {                                                           \
      Value returned_ = pebble_jit_enter(vm, hot->trace, frame->function, locals);      \
      if (returned_.tag == TAG_ERROR)                                                   \
        goto leave_with_error;                                                          \
      if (returned_.tag == TAG_EXIT) {                                                  \
        next_instr = ((Exit *)(uintptr_t)returned_.payload)->next_instr;                \
        stack_pointer = vm->exit_stack_pointer;                                         \
      } else {                                                                          \
        LEAVE(returned_);                                                               \
      }                                                                                 \
    }                                                                                   \
  } while (0)

static Value report_error(VM *vm, Frame *first, Frame *frame, const Code *next_instr) {
  vm->error_line = frame->function->lines[next_instr - frame->function->code - 1];
  vm->error_function = frame->function->name;
  vm->frame = first - 1;
  vm->depth--;
  return (Value){0, TAG_ERROR};
}
#define INTERPRETER_ERROR() report_error(vm, first, frame, next_instr)

Value pebble_interpret(VM *vm, Function *function, Value *locals, Code *next_instr, Value *stack_pointer) {
  enum { MAX_DEPTH = 4000 };
  if (vm->frame + 1 >= vm->frame_limit || locals + function->frame_size >= vm->stack_limit || vm->depth == MAX_DEPTH) {
    pebble_fail(vm, "stack overflow");
    vm->error_line = function->lines[0];
    vm->error_function = function->name;
    return (Value){0, TAG_ERROR};
  }
  Frame *const first = ++vm->frame;
  Frame *frame = first;
  vm->depth++;
  frame->function = function;
  frame->locals = locals;
  const Value *constants = function->constants;
  int opcode, oparg;
#include "pebble-cases.h"
leave_with_error:
  vm->frame = first - 1;
  vm->depth--;
  return (Value){0, TAG_ERROR};
}
