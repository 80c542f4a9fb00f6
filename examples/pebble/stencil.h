// What the definitions' words mean in compiled code. Only Clang compiles it, as part of stencilgen.
//
// Holes: a symbol whose address is large (of unknown size) is loaded with all its 64 bits; that of a single char is small
// (-mcmodel=medium), and becomes part of an instruction: a displacement or an immediate operand of 31 bits.
#ifndef PEBBLE_STENCIL_H
#define PEBBLE_STENCIL_H

#include "pebble.h"

typedef uint64_t Item;

// Micro-ops call each other in tail position. preserve_none leaves all registers to them: what they pass on never goes to
// memory. Only x86-64 and AArch64 have it. C's own convention has registers enough on some others; on the rest the items
// that should be in registers are in memory, though in one place whatever the stack's depth.
#if defined(__x86_64__) || defined(__aarch64__)
#define CONVENTION __attribute__((preserve_none))
#else
#define CONVENTION
#endif
#if defined(__s390x__) || __SIZEOF_POINTER__ < 8
#define PARAMETERS VM *vm, Value *locals, Value *stack_pointer
#define ARGUMENTS vm, locals, stack_pointer
#define WITHOUT_ITEMS
#define _tos_cache0 vm->items[0]
#define _tos_cache1 vm->items[1]
#define _tos_cache2 vm->items[2]
#else
#define PARAMETERS VM *vm, Value *locals, Value *stack_pointer, Item _tos_cache0, Item _tos_cache1, Item _tos_cache2
#define ARGUMENTS vm, locals, stack_pointer, _tos_cache0, _tos_cache1, _tos_cache2
#define WITHOUT_ITEMS , 0, 0, 0
#endif
typedef CONVENTION Value (*Compiled)(PARAMETERS);

extern CONVENTION Value _JIT_CONTINUE(PARAMETERS);
extern CONVENTION Value _JIT_JUMP_TARGET(PARAMETERS);
extern char _JIT_OPARG, _JIT_OPERAND0_32, _JIT_OPERAND1_32;

#define CURRENT_OPARG() ((uintptr_t)&_JIT_OPARG)
#define CURRENT_OPERAND0_32() ((uint64_t)(uintptr_t)&_JIT_OPERAND0_32)
#define CURRENT_OPERAND1_32() ((uint64_t)(uintptr_t)&_JIT_OPERAND1_32)
#if __SIZEOF_POINTER__ < 8
extern char _JIT_OPERAND0_HIGH, _JIT_OPERAND0_LOW;
#define CURRENT_OPERAND0_64() ((uint64_t)(uintptr_t)&_JIT_OPERAND0_HIGH << 32 | (uintptr_t)&_JIT_OPERAND0_LOW)
#else
extern char _JIT_OPERAND0_64[];
#define CURRENT_OPERAND0_64() ((uint64_t)(uintptr_t)_JIT_OPERAND0_64)
#endif
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
#define ARRAY(item) ((Array *)(uintptr_t)(item))
#define STRING(item) ((String *)(uintptr_t)(item))
#define NEW_ARRAY_OF(items, count) ((uint64_t)(uintptr_t)pebble_array_of(vm, items, (int64_t)(count)))
// What takes a function of the compiler's own on machines of 32 bits is the interpreter's there.
#if __SIZEOF_POINTER__ < 8
#define QUOTIENT(left, right) pebble_quotient(left, right)
#define REMAINDER(left, right) pebble_remainder(left, right)
#define FLOAT_OF_INT(number) pebble_float_of_int(number)
#define PRODUCT_OVERFLOWS(left, right, product) pebble_product_overflows(left, right, product)
#else
#define QUOTIENT(left, right) ((left) / (right))
#define REMAINDER(left, right) ((left) % (right))
#define FLOAT_OF_INT(number) ((double)(number))
#define PRODUCT_OVERFLOWS(left, right, product) __builtin_mul_overflow(left, right, product)
#endif

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

// On the stack of values, and on that of C.
#define HAS_ROOM(frame_size)                                                        \
  ({                                                                                \
    char here;                                                                      \
    vm->stack_limit > (Value *)(void *)((char *)locals + (frame_size)) &&           \
        (uintptr_t)&here > vm->native_limit;                                        \
  })
#define SET_STACK(locals_size) stack_pointer = (Value *)(void *)((char *)locals + (locals_size))
#define CALL_FUNCTION(function, arguments) \
  ((Compiled)((Function *)(uintptr_t)(function))->entry)(vm, arguments, arguments WITHOUT_ITEMS)
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
#define LEAVE_COMPILED(record) return pebble_side_exit(vm, locals, stack_pointer, (Exit *)(uintptr_t)(record))
#define INTERPRET(function) return pebble_interpret_call(vm, (Function *)(uintptr_t)(function), locals)

#endif
