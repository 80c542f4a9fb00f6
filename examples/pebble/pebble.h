// Pebble, a small dynamically typed language: what compiler, interpreter, JIT and stencils agree on.
#ifndef PEBBLE_H
#define PEBBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum tag {
  TAG_NIL,
  TAG_INT,
  TAG_FLOAT,
  TAG_BOOL,
  TAG_STRING,
  TAG_ARRAY,
  // Results only: the function failed; it was left through a guard, and the payload is the Exit.
  TAG_ERROR,
  TAG_EXIT
};

// A value anywhere in memory. Compiled code knows tags when it is made, and handles payloads only.
typedef struct {
  uint64_t payload;
  uint64_t tag;
} Value;

typedef struct String {
  struct String *next; // of all objects, for the end
  int64_t length;
  char *bytes; // may be shared with a longer string that begins with this one
  struct Buffer *buffer;
} String;

typedef struct Array {
  struct Array *next;
  int64_t length;
  Value *items;
} Array;

// An instruction with its argument, or an inline cache entry.
typedef union {
  struct {
    uint32_t op : 8, arg : 24;
  };
  uint32_t cache;
} Code;

struct sg_trace;

typedef struct Function {
  // First, where compiled code finds it: the machine code to call, which interprets until there is better.
  const void *entry;
  const struct sg_trace *trace; // compiled code; NULL: none
  uint32_t countdown;           // calls until it is compiled
  uint32_t result_tag;          // of the last result
  uint32_t exits;               // that were left through a guard
  uint32_t parameters;
  uint32_t frame_size; // locals, then room for the stack
  uint32_t locals;
  const char *name;
  Code *code;
  uint32_t *lines; // by instruction
  uint32_t length;
  Value *constants;
  struct Loop *loops; // by the number in the cache entry of JUMP_BACKWARD
  uint32_t loop_count;
  const struct sg_trace *stub;
} Function;

// A loop that is entered while it runs.
typedef struct Loop {
  uint32_t countdown;
  uint32_t exits;
  const struct sg_trace *trace;
} Loop;

typedef struct Frame {
  Function *function;
  Value *locals;
  Code *next_instr;
} Frame;

typedef struct VM {
  Value *stack, *stack_limit;
  uintptr_t native_limit; // compiled code makes no calls when the stack of C is below this
  Frame *frames, *frame_limit, *frame; // of interpreted functions
  Function **functions;
  uint32_t function_count;
  bool jit;
  uint32_t threshold;
  char error[256];
  uint32_t error_line;
  const char *error_function;
  String *strings;
  Array *arrays;
  struct Buffer *buffers;
  struct Jit *compiler;
  Value *exit_stack_pointer; // of the last exit
  unsigned depth;             // of interpreters that called one another
  FILE *out;
  const char *argument; // of the program, from the command line; NULL: none
  uint64_t items[3];    // of the stack that compiled code would have in registers, where those are too few
} VM;

// Objects (objects.c). Functions that can fail return false or NULL with the message in vm->error.
bool pebble_fail(VM *vm, const char *format, ...);
const char *pebble_type_name(uint64_t tag);
String *pebble_string(VM *vm, const char *bytes, size_t length);
String *pebble_concatenate(VM *vm, String *left, String *right);
Array *pebble_array(VM *vm, int64_t length); // of nil
Array *pebble_array_of(VM *vm, const Value *items, int64_t length);
void pebble_print(VM *vm, Value value);
bool pebble_equal(Value left, Value right);
int pebble_builtin(const char *name, unsigned *arity); // its number, -1: there is none
bool pebble_call_builtin(VM *vm, uint64_t number, Value *arguments, Value *result);
const char *pebble_builtin_name(unsigned number);
bool pebble_is_true(Value value);
void pebble_free_objects(VM *vm);

// What an operator does with any values (objects.c); `operator` is one of + - * / %.
bool pebble_arithmetic(VM *vm, int operation, Value left, Value right, Value *result);
// < and <=
bool pebble_compare(VM *vm, bool or_equal, Value left, Value right, bool *result);
bool pebble_index(VM *vm, Value object, Value index, Value *result);
bool pebble_store_index(VM *vm, Value object, Value index, Value value);

// For compiled code on machines of 32 bits.
int64_t pebble_quotient(int64_t left, int64_t right);
int64_t pebble_remainder(int64_t left, int64_t right);
double pebble_float_of_int(int64_t number);
bool pebble_product_overflows(int64_t left, int64_t right, int64_t *product);

// Source text to functions; functions[0] is the text itself (compiler.c). false: vm->error, vm->error_line.
bool pebble_compile(VM *vm, const char *text);
void pebble_disassemble(const Function *function, FILE *out);

// Runs a function whose arguments are at `locals` from an instruction on (interpreter.c). The result has TAG_ERROR after an error.
Value pebble_interpret(VM *vm, Function *function, Value *locals, Code *next_instr, Value *stack_pointer);

// Machine code (jit.c).
bool pebble_jit_start(VM *vm, bool debugger, const char *perf_map);
void pebble_jit_stop(VM *vm);
// A function is called often, or a loop runs long: compiles it for the types its locals have now.
void pebble_jit_function(VM *vm, Function *function, Value *locals);
void pebble_jit_loop(VM *vm, Function *function, unsigned loop, Code *header, Value *locals);
Value pebble_jit_enter(VM *vm, const struct sg_trace *trace, Function *function, Value *locals);
void pebble_jit_report(VM *vm, FILE *out);
void pebble_jit_dump(VM *vm, const char *function, FILE *out);

// A place where compiled code may be left: the interpreter can go on there.
typedef struct Exit {
  struct Exit *next;
  Function *function;
  Code *next_instr;
  Loop *loop;        // the compiled code is that of this loop; NULL: of the function
  uint32_t *counter; // of the exits of that code
  uint16_t count;    // of tags: locals, then the items on the stack
  uint8_t tags[];    // TAG_EXIT: the tag in memory holds
} Exit;

// What compiled code calls (jit.c).
Value pebble_side_exit(VM *vm, Value *locals, Value *stack_pointer, Exit *exit);
Value pebble_finish_call(VM *vm, Value *locals, Value result);
Value pebble_interpret_call(VM *vm, Function *function, Value *arguments);

#endif
