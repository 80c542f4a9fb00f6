// Source text to instructions, in one pass: a recursive-descent parser that writes code as it reads.
//
//   program   = (function | statement)*
//   function  = "fun" NAME "(" NAME,* ")" block
//   statement = "let" NAME "=" expression ";" | NAME "=" expression ";" | postfix "[" expression "]" "=" expression ";"
//             | "if" expression block ["else" (block | if)] | "while" expression block | "break" ";"
//             | "for" NAME "=" expression "," expression block      (up to, not including, the second)
//             | "return" [expression] ";" | "print" expression ";" | expression ";"
//   expression: or, and, not, == != < <= > >=, + -, * / %, unary -, postfix [ ], calls; comments begin with #
//
// Functions may be called before they are defined. The operands of > and >= are evaluated right to left.
#include "pebble.h"
#include "pebble-opcodes.h"
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_LOCALS = 64, MAX_FUNCTIONS = 256, MAX_NAME = 63, MAX_BREAKS = 64 };

typedef struct Token {
  enum { T_END, T_NAME, T_INT, T_FLOAT, T_STRING, T_SIGN } kind;
  const char *text;
  size_t length;
  uint32_t line;
} Token;

typedef struct Local {
  char name[MAX_NAME + 1];
  int depth; // of the block; -1: out of scope
} Local;

typedef struct Writer {
  Function *function;
  uint32_t code_capacity, constant_count, constant_capacity, loop_capacity;
  Local locals[MAX_LOCALS];
  uint32_t local_count;
  int depth;
  int stack, max_stack;
  struct LoopScope *loop;
} Writer;

typedef struct LoopScope {
  struct LoopScope *outer;
  uint32_t breaks[MAX_BREAKS];
  uint32_t count;
} LoopScope;

typedef struct Parser {
  VM *vm;
  const char *at;
  uint32_t line;
  Token token;
  jmp_buf failed;
  Writer *writer;
} Parser;

static _Noreturn void fail(Parser *p, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(p->vm->error, sizeof(p->vm->error), format, arguments);
  va_end(arguments);
  p->vm->error_line = p->token.line;
  p->vm->error_function = NULL;
  longjmp(p->failed, 1);
}

static void *grow(void *memory, uint32_t *capacity, size_t size) {
  *capacity = *capacity ? 2 * *capacity : 16;
  memory = realloc(memory, *capacity * size);
  if (memory == NULL)
    abort();
  return memory;
}

// ---- Tokens

static void advance(Parser *p) {
  const char *s = p->at;
  for (;; s++) {
    if (*s == '\n')
      p->line++;
    else if (*s == '#')
      while (s[1] != '\n' && s[1] != '\0')
        s++;
    else if (*s == '\0' || !isspace((unsigned char)*s))
      break;
  }
  Token t = {T_SIGN, s, 1, p->line};
  if (*s == '\0') {
    t.kind = T_END;
    t.length = 0;
  } else if (isalpha((unsigned char)*s) || *s == '_') {
    t.kind = T_NAME;
    while (isalnum((unsigned char)s[t.length]) || s[t.length] == '_')
      t.length++;
  } else if (isdigit((unsigned char)*s)) {
    t.kind = T_INT;
    while (isdigit((unsigned char)s[t.length]))
      t.length++;
    if (s[t.length] == '.' && isdigit((unsigned char)s[t.length + 1])) {
      t.kind = T_FLOAT;
      do
        t.length++;
      while (isdigit((unsigned char)s[t.length]));
    }
    if (s[t.length] == 'e') {
      t.kind = T_FLOAT;
      t.length += s[t.length + 1] == '-' ? 2 : 1;
      while (isdigit((unsigned char)s[t.length]))
        t.length++;
    }
  } else if (*s == '"') {
    t.kind = T_STRING;
    while (s[t.length] != '"' && s[t.length] != '\0' && s[t.length] != '\n')
      t.length++;
    p->token = t;
    if (s[t.length] != '"')
      fail(p, "a string without end");
    t.length++;
  } else if (strchr("<>=!", *s) && s[1] == '=') {
    t.length = 2;
  }
  p->token = t;
  p->at = s + t.length;
}

static bool is(const Parser *p, const char *text) {
  return (p->token.kind == T_SIGN || p->token.kind == T_NAME) && p->token.length == strlen(text) &&
         !strncmp(p->token.text, text, p->token.length);
}

static bool accept(Parser *p, const char *text) {
  if (!is(p, text))
    return false;
  advance(p);
  return true;
}

static void expect(Parser *p, const char *text) {
  if (!accept(p, text))
    fail(p, "expected '%s', found '%.*s'", text, (int)p->token.length, p->token.text);
}

static void take_name(Parser *p, char name[MAX_NAME + 1]) {
  if (p->token.kind != T_NAME)
    fail(p, "expected a name, found '%.*s'", (int)p->token.length, p->token.text);
  if (p->token.length > MAX_NAME)
    fail(p, "a name longer than %d characters", MAX_NAME);
  memcpy(name, p->token.text, p->token.length);
  name[p->token.length] = '\0';
  advance(p);
}

// ---- Code

static uint32_t emit_unit(Parser *p, Code unit) {
  Writer *w = p->writer;
  Function *f = w->function;
  if (f->length == w->code_capacity) {
    uint32_t capacity = w->code_capacity;
    f->code = grow(f->code, &w->code_capacity, sizeof(Code));
    f->lines = grow(f->lines, &capacity, sizeof(uint32_t));
  }
  f->lines[f->length] = p->token.line;
  f->code[f->length] = unit;
  return f->length++;
}

// Writes an instruction that changes the depth of the stack by `effect`. Returns its place.
static uint32_t emit(Parser *p, int opcode, uint32_t argument, int effect) {
  Writer *w = p->writer;
  if (argument >= 1u << 24)
    fail(p, "a function too long");
  w->stack += effect;
  if (w->stack > w->max_stack)
    w->max_stack = w->stack;
  Code unit = {.cache = 0};
  unit.op = (uint32_t)opcode & 0xff;
  unit.arg = argument & 0xffffff;
  return emit_unit(p, unit);
}

static void emit_cache(Parser *p, uint32_t value) { emit_unit(p, (Code){.cache = value}); }

static void emit_constant(Parser *p, Value value) {
  Writer *w = p->writer;
  Function *f = w->function;
  if (w->constant_count == w->constant_capacity)
    f->constants = grow(f->constants, &w->constant_capacity, sizeof(Value));
  f->constants[w->constant_count] = value;
  emit(p, LOAD_CONST, w->constant_count++, 1);
}

static void emit_call(Parser *p, unsigned builtin, unsigned count) {
  emit(p, CALL_BUILTIN, count, 1 - (int)count);
  emit_cache(p, TAG_EXIT); // no result yet
  emit_cache(p, builtin);
}

static void emit_index(Parser *p) {
  emit(p, INDEX, 0, -1);
  emit_cache(p, TAG_EXIT); // nothing found yet
}

// A forward jump is completed when its target is known.
static void land(Parser *p, uint32_t jump) {
  Function *f = p->writer->function;
  f->code[jump].arg = (f->length - jump - 1) & 0xffffff;
}

static void emit_loop(Parser *p, uint32_t header) {
  Writer *w = p->writer;
  Function *f = w->function;
  if (f->loop_count == w->loop_capacity)
    f->loops = grow(f->loops, &w->loop_capacity, sizeof(Loop));
  f->loops[f->loop_count] = (Loop){p->vm->threshold, 0, NULL};
  const uint32_t at = emit(p, JUMP_BACKWARD, 0, 0);
  emit_cache(p, p->vm->threshold);
  emit_cache(p, f->loop_count++);
  f->code[at].arg = (at + 3 - header) & 0xffffff;
}

// ---- Names

static int find_local(const Writer *w, const char *name) {
  for (uint32_t i = w->local_count; i-- > 0;)
    if (w->locals[i].depth >= 0 && !strcmp(w->locals[i].name, name))
      return (int)i;
  return -1;
}

static uint32_t add_local(Parser *p, const char *name) {
  Writer *w = p->writer;
  if (w->local_count == MAX_LOCALS)
    fail(p, "more than %d variables in a function", MAX_LOCALS);
  Local *local = &w->locals[w->local_count];
  strcpy(local->name, name); // no longer than MAX_NAME: take_name has seen to it
  local->depth = w->depth;
  return w->local_count++;
}

static uint32_t find_function(Parser *p, const char *name, uint32_t parameters, bool defines) {
  VM *vm = p->vm;
  for (uint32_t i = 1; i < vm->function_count; i++)
    if (!strcmp(vm->functions[i]->name, name)) {
      Function *f = vm->functions[i];
      if (f->parameters != parameters)
        fail(p, "'%s' takes %u arguments in one place, and %u in another", name, f->parameters, parameters);
      if (defines && f->code != NULL)
        fail(p, "'%s' is defined already", name);
      return i;
    }
  if (vm->function_count == MAX_FUNCTIONS)
    fail(p, "more than %d functions", MAX_FUNCTIONS);
  Function *f = calloc(1, sizeof(Function));
  char *copy = malloc(strlen(name) + 1);
  if (f == NULL || copy == NULL)
    abort();
  f->name = strcpy(copy, name);
  f->parameters = parameters;
  f->countdown = vm->threshold;
  f->result_tag = TAG_EXIT;
  vm->functions[vm->function_count] = f;
  return vm->function_count++;
}

// ---- Expressions

static void expression(Parser *p);

static void number(Parser *p, bool negative) {
  char digits[64];
  if (p->token.length >= sizeof(digits) - 1)
    fail(p, "a number too long");
  digits[0] = '-';
  memcpy(digits + 1, p->token.text, p->token.length);
  digits[p->token.length + 1] = '\0';
  const char *from = digits + !negative;
  Value value = {0, TAG_INT};
  if (p->token.kind == T_FLOAT) {
    const double parsed = strtod(from, NULL);
    memcpy(&value.payload, &parsed, sizeof(parsed));
    value.tag = TAG_FLOAT;
  } else {
    value.payload = (uint64_t)strtoll(from, NULL, 10);
  }
  advance(p);
  emit_constant(p, value);
}

static unsigned arguments(Parser *p, const char *end) {
  unsigned count = 0;
  while (!is(p, end)) {
    if (count++ > 0)
      expect(p, ",");
    expression(p);
  }
  advance(p);
  return count;
}

static void primary(Parser *p) {
  const Token t = p->token;
  if (t.kind == T_INT || t.kind == T_FLOAT) {
    number(p, false);
  } else if (t.kind == T_STRING) {
    advance(p);
    emit_constant(p, (Value){(uint64_t)(uintptr_t)pebble_string(p->vm, t.text + 1, t.length - 2), TAG_STRING});
  } else if (accept(p, "(")) {
    expression(p);
    expect(p, ")");
  } else if (accept(p, "[")) {
    const unsigned count = arguments(p, "]");
    emit(p, NEW_ARRAY, count, 1 - (int)count);
  } else if (accept(p, "true")) {
    emit_constant(p, (Value){1, TAG_BOOL});
  } else if (accept(p, "false")) {
    emit_constant(p, (Value){0, TAG_BOOL});
  } else if (accept(p, "nil")) {
    emit_constant(p, (Value){0, TAG_NIL});
  } else {
    char name[MAX_NAME + 1] = "";
    take_name(p, name);
    const int local = find_local(p->writer, name);
    if (accept(p, "(")) {
      unsigned arity;
      const unsigned count = arguments(p, ")");
      const int builtin = pebble_builtin(name, &arity);
      if (builtin >= 0) {
        if (count != arity)
          fail(p, "'%s' takes %u arguments, found %u", name, arity, count);
        emit_call(p, (unsigned)builtin, count);
      } else {
        const uint32_t function = find_function(p, name, count, false);
        emit(p, CALL, count, 1 - (int)count);
        emit_cache(p, function);
      }
    } else if (local < 0) {
      fail(p, "unknown variable '%s'", name);
    } else {
      emit(p, LOAD_LOCAL, (uint32_t)local, 1);
    }
  }
  while (accept(p, "[")) {
    expression(p);
    expect(p, "]");
    emit_index(p);
  }
}

static void unary(Parser *p) {
  if (accept(p, "-")) {
    if (p->token.kind == T_INT || p->token.kind == T_FLOAT) {
      number(p, true);
      return;
    }
    unary(p);
    emit_constant(p, (Value){(uint64_t)-1, TAG_INT});
    emit(p, MULTIPLY, 0, -1);
  } else {
    primary(p);
  }
}

static void product(Parser *p) {
  unary(p);
  for (;;) {
    const int opcode = is(p, "*") ? MULTIPLY : is(p, "/") ? DIVIDE : is(p, "%") ? MODULO : -1;
    if (opcode < 0)
      return;
    advance(p);
    unary(p);
    emit(p, opcode, 0, -1);
  }
}

static void sum(Parser *p) {
  product(p);
  for (;;) {
    const int opcode = is(p, "+") ? ADD : is(p, "-") ? SUBTRACT : -1;
    if (opcode < 0)
      return;
    advance(p);
    product(p);
    emit(p, opcode, 0, -1);
  }
}

// For `a > b` the code of b has to come before that of a: both are moved.
static void swap_code(Parser *p, uint32_t first, uint32_t second) {
  Function *f = p->writer->function;
  const size_t left = second - first, right = f->length - second;
  Code *code = malloc((left + right) * sizeof(Code));
  uint32_t *lines = malloc((left + right) * sizeof(uint32_t));
  if (code == NULL || lines == NULL)
    abort();
  memcpy(code, f->code + second, right * sizeof(Code));
  memcpy(code + right, f->code + first, left * sizeof(Code));
  memcpy(lines, f->lines + second, right * sizeof(uint32_t));
  memcpy(lines + right, f->lines + first, left * sizeof(uint32_t));
  memcpy(f->code + first, code, (left + right) * sizeof(Code));
  memcpy(f->lines + first, lines, (left + right) * sizeof(uint32_t));
  free(code);
  free(lines);
}

static void comparison(Parser *p) {
  const uint32_t first = p->writer->function->length;
  sum(p);
  const bool less = is(p, "<"), less_equal = is(p, "<="), greater = is(p, ">"), greater_equal = is(p, ">=");
  const bool equal = is(p, "=="), not_equal = is(p, "!=");
  if (!(less || less_equal || greater || greater_equal || equal || not_equal))
    return;
  advance(p);
  const uint32_t second = p->writer->function->length;
  sum(p);
  if (greater || greater_equal)
    swap_code(p, first, second);
  emit(p, equal || not_equal ? EQUAL : less || greater ? LESS : LESS_EQUAL, 0, -1);
  if (not_equal)
    emit(p, NOT, 0, 0);
}

static void inversion(Parser *p) {
  if (accept(p, "not")) {
    inversion(p);
    emit(p, NOT, 0, 0);
  } else {
    comparison(p);
  }
}

// `and` and `or` give true or false. Each side that decides jumps to the code that loads the other answer.
static void junction(Parser *p, const char *word, bool is_or, void (*operand)(Parser *)) {
  operand(p);
  if (!is(p, word))
    return;
  uint32_t jumps[MAX_BREAKS], count = 0;
  for (;;) {
    if (is_or)
      emit(p, NOT, 0, 0);
    if (count == MAX_BREAKS)
      fail(p, "more than %d operands of '%s'", MAX_BREAKS, word);
    jumps[count++] = emit(p, JUMP_IF_FALSE, 0, -1);
    if (!accept(p, word))
      break;
    operand(p);
  }
  emit_constant(p, (Value){!is_or, TAG_BOOL});
  const uint32_t end = emit(p, JUMP, 0, -1);
  for (uint32_t i = 0; i < count; i++)
    land(p, jumps[i]);
  emit_constant(p, (Value){is_or, TAG_BOOL});
  land(p, end);
}

static void conjunction(Parser *p) { junction(p, "and", false, inversion); }
static void expression(Parser *p) { junction(p, "or", true, conjunction); }

// ---- Statements

static void statement(Parser *p);

static void block(Parser *p) {
  Writer *w = p->writer;
  expect(p, "{");
  w->depth++;
  while (!is(p, "}")) {
    if (p->token.kind == T_END)
      fail(p, "expected '}' before the end");
    statement(p);
  }
  advance(p);
  for (uint32_t i = 0; i < w->local_count; i++)
    if (w->locals[i].depth == w->depth)
      w->locals[i].depth = -1;
  w->depth--;
}

static void if_statement(Parser *p) {
  expression(p);
  const uint32_t otherwise = emit(p, JUMP_IF_FALSE, 0, -1);
  block(p);
  if (accept(p, "else")) {
    const uint32_t end = emit(p, JUMP, 0, 0);
    land(p, otherwise);
    if (accept(p, "if"))
      if_statement(p);
    else
      block(p);
    land(p, end);
  } else {
    land(p, otherwise);
  }
}

static void loop_body(Parser *p, uint32_t header, uint32_t out, int counter) {
  LoopScope scope = {p->writer->loop, {0}, 0};
  p->writer->loop = &scope;
  block(p);
  if (counter >= 0) {
    emit(p, LOAD_LOCAL, (uint32_t)counter, 1);
    emit_constant(p, (Value){1, TAG_INT});
    emit(p, ADD, 0, -1);
    emit(p, STORE_LOCAL, (uint32_t)counter, -1);
  }
  emit_loop(p, header);
  land(p, out);
  for (uint32_t i = 0; i < scope.count; i++)
    land(p, scope.breaks[i]);
  p->writer->loop = scope.outer;
}

static void for_statement(Parser *p) {
  Writer *w = p->writer;
  char name[MAX_NAME + 1] = "";
  take_name(p, name);
  expect(p, "=");
  expression(p);
  w->depth++;
  const uint32_t counter = add_local(p, name);
  emit(p, STORE_LOCAL, counter, -1);
  expect(p, ",");
  expression(p);
  const uint32_t end = add_local(p, "");
  emit(p, STORE_LOCAL, end, -1);
  const uint32_t header = w->function->length;
  emit(p, LOAD_LOCAL, counter, 1);
  emit(p, LOAD_LOCAL, end, 1);
  emit(p, LESS, 0, -1);
  const uint32_t out = emit(p, JUMP_IF_FALSE, 0, -1);
  loop_body(p, header, out, (int)counter);
  w->locals[counter].depth = w->locals[end].depth = -1;
  w->depth--;
}

static void function_definition(Parser *p);

// An assignment, or an expression for its effects.
static void simple_statement(Parser *p) {
  Writer *w = p->writer;
  const Token first = p->token;
  const char *at = p->at;
  const uint32_t line = p->line;
  if (first.kind == T_NAME) {
    char name[MAX_NAME + 1] = "";
    take_name(p, name);
    if (accept(p, "=")) {
      const int local = find_local(w, name);
      if (local < 0)
        fail(p, "unknown variable '%s'", name);
      expression(p);
      emit(p, STORE_LOCAL, (uint32_t)local, -1);
      expect(p, ";");
      return;
    }
    p->token = first;
    p->at = at;
    p->line = line;
  }
  const uint32_t begin = w->function->length;
  expression(p);
  if (is(p, "=")) {
    Function *f = w->function;
    if (f->length < begin + 2 || f->code[f->length - 2].op != INDEX)
      fail(p, "expected a variable or an element before '='");
    advance(p);
    // The value is evaluated last, but lies below array and index: the code of both is moved behind it.
    f->length -= 2;
    w->stack--;
    const uint32_t value = f->length;
    expression(p);
    swap_code(p, begin, value);
    w->stack += 2;
    emit(p, STORE_INDEX, 0, -3);
  } else {
    emit(p, POP, 0, -1);
  }
  expect(p, ";");
}

static void statement(Parser *p) {
  Writer *w = p->writer;
  if (is(p, "fun")) {
    fail(p, "functions are defined outside of others and of blocks");
  } else if (accept(p, "let")) {
    char name[MAX_NAME + 1] = "";
    take_name(p, name);
    expect(p, "=");
    expression(p);
    emit(p, STORE_LOCAL, add_local(p, name), -1);
    expect(p, ";");
  } else if (accept(p, "if")) {
    if_statement(p);
  } else if (accept(p, "while")) {
    const uint32_t header = w->function->length;
    expression(p);
    const uint32_t out = emit(p, JUMP_IF_FALSE, 0, -1);
    loop_body(p, header, out, -1);
  } else if (accept(p, "for")) {
    for_statement(p);
  } else if (accept(p, "break")) {
    if (w->loop == NULL || w->loop->count == MAX_BREAKS)
      fail(p, w->loop ? "more than %d breaks in a loop" : "'break' outside of a loop", MAX_BREAKS);
    w->loop->breaks[w->loop->count++] = emit(p, JUMP, 0, 0);
    expect(p, ";");
  } else if (accept(p, "return")) {
    if (is(p, ";"))
      emit_constant(p, (Value){0, TAG_NIL});
    else
      expression(p);
    emit(p, RETURN, 0, -1);
    expect(p, ";");
  } else if (accept(p, "print")) {
    unsigned arity;
    expression(p);
    emit_call(p, (unsigned)pebble_builtin("print", &arity), 1);
    emit(p, POP, 0, -1);
    expect(p, ";");
  } else if (is(p, "{")) {
    block(p);
  } else {
    simple_statement(p);
  }
}

static void finish(Parser *p) {
  Writer *w = p->writer;
  emit_constant(p, (Value){0, TAG_NIL});
  emit(p, RETURN, 0, -1);
  w->function->locals = w->local_count;
  w->function->frame_size = w->local_count + (uint32_t)w->max_stack + 8;
}

static void function_definition(Parser *p) {
  Writer *outer = p->writer, w = {0};
  char name[MAX_NAME + 1] = "", parameter[MAX_NAME + 1] = "";
  unsigned arity;
  take_name(p, name);
  if (pebble_builtin(name, &arity) >= 0)
    fail(p, "'%s' is a built-in function", name);
  expect(p, "(");
  p->writer = &w;
  while (!accept(p, ")")) {
    if (w.local_count > 0)
      expect(p, ",");
    take_name(p, parameter);
    add_local(p, parameter);
  }
  w.function = p->vm->functions[find_function(p, name, w.local_count, true)];
  block(p);
  finish(p);
  p->writer = outer;
}

bool pebble_compile(VM *vm, const char *text) {
  Parser *p = calloc(1, sizeof(Parser));
  Writer *w = calloc(1, sizeof(Writer));
  vm->functions = calloc(MAX_FUNCTIONS, sizeof(Function *));
  if (p == NULL || w == NULL || vm->functions == NULL)
    abort();
  p->vm = vm;
  p->at = text;
  p->line = 1;
  p->writer = w;
  const bool good = setjmp(p->failed) == 0;
  if (good) {
    // The text itself is function 0, whose name no call finds.
    w->function = vm->functions[find_function(p, "main", 0, true)];
    advance(p);
    while (p->token.kind != T_END) {
      if (accept(p, "fun"))
        function_definition(p);
      else
        statement(p);
    }
    finish(p);
    for (uint32_t i = 0; i < vm->function_count; i++)
      if (vm->functions[i]->code == NULL)
        fail(p, "the function '%s' is called, but not defined", vm->functions[i]->name);
  }
  free(p);
  free(w);
  return good;
}
