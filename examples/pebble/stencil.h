// What the definitions' words mean in compiled code. Only Clang compiles it, as part of stencilgen.
//
// Holes: a symbol whose address is large (of unknown size) is loaded with all its 64 bits; that of a single char is small
// (-mcmodel=medium), and becomes part of an instruction: a displacement or an immediate operand of 31 bits.
#ifndef PEBBLE_STENCIL_H
#define PEBBLE_STENCIL_H

#include "pebble.h"

typedef uint64_t Item;

// Micro-ops call each other in tail position. preserve_none leaves all registers to them: these six never go to memory.
#define PARAMETERS VM *vm, Value *locals, Value *stack_pointer, Item _tos_cache0, Item _tos_cache1, Item _tos_cache2
#define ARGUMENTS vm, locals, stack_pointer, _tos_cache0, _tos_cache1, _tos_cache2
typedef __attribute__((preserve_none)) Value (*Compiled)(PARAMETERS);

extern __attribute__((preserve_none)) Value _JIT_CONTINUE(PARAMETERS);
extern __attribute__((preserve_none)) Value _JIT_JUMP_TARGET(PARAMETERS);
extern char _JIT_OPARG, _JIT_OPERAND0_32, _JIT_OPERAND1_32, _JIT_OPERAND0_64[];

#define CURRENT_OPARG() ((uintptr_t)&_JIT_OPARG)
#define CURRENT_OPERAND0_32() ((uint64_t)(uintptr_t)&_JIT_OPERAND0_32)
#define CURRENT_OPERAND1_32() ((uint64_t)(uintptr_t)&_JIT_OPERAND1_32)
#define CURRENT_OPERAND0_64() ((uint64_t)(uintptr_t)_JIT_OPERAND0_64)
#define JUMP_TO_JUMP_TARGET() __attribute__((musttail)) return _JIT_JUMP_TARGET(ARGUMENTS)
#define JUMP_AWAY() JUMP_TO_JUMP_TARGET()

// Locals are named by their distance in bytes from the first.
#define GET_LOCAL(offset) (((Value *)(void *)((char *)locals + (offset)))->payload)
#define SET_LOCAL(offset, value) (GET_LOCAL(offset) = (value))
#define TAG_OF_LOCAL(offset) (((Value *)(void *)((char *)locals + (offset)))->tag)
#define SLOT(offset) stack_pointer[offset].payload
#define RESULT_PLACE 0

#define INT(item) ((int64_t)(item))
#define MAKE_INT(number) ((Item)(number))
#define MAKE_BOOL(truth) ((Item)(truth))
#define TRUTH(item) ((item) != 0)
#define ARRAY(item) ((Array *)(item))
#define STRING(item) ((String *)(item))
#define NEW_ARRAY_OF(items, count) ((uint64_t)(uintptr_t)pebble_array_of(vm, items, (int64_t)(count)))
#define QUOTIENT(left, right) ((left) / (right))
#define REMAINDER(left, right) ((left) % (right))

static inline double FLOAT(Item item) {
  double number;
  __builtin_memcpy(&number, &item, sizeof(number));
  return number;
}

static inline Item MAKE_FLOAT(double number) {
  Item item;
  __builtin_memcpy(&item, &number, sizeof(item));
  return item;
}

#define HAS_ROOM(frame_size) (vm->stack_limit > (Value *)(void *)((char *)locals + (frame_size)))
#define SET_STACK(locals_size) stack_pointer = (Value *)(void *)((char *)locals + (locals_size))
#define CALL_FUNCTION(function, arguments) \
  ((Compiled)((Function *)(function))->entry)(vm, arguments, arguments, 0, 0, 0)
// The function failed, and so does this one; or it was left, and the interpreter has to finish it.
#define FINISH_CALL(returned, arguments)                         \
  do {                                                           \
    if (__builtin_expect((returned).tag >= TAG_ERROR, 0)) {      \
      returned = pebble_finish_call(vm, arguments, returned);    \
      if ((returned).tag == TAG_ERROR)                           \
        return returned;                                         \
    }                                                            \
  } while (0)
#define RETURN_VALUE(payload_, tag_) return (Value){payload_, tag_}
#define LEAVE_COMPILED(record) return pebble_side_exit(vm, locals, stack_pointer, (Exit *)(record))
#define INTERPRET(function) return pebble_interpret_call(vm, (Function *)(function), locals)

#endif
