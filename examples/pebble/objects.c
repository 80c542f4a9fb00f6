// Values that are more than a number: strings, arrays, printing, built-in functions; and the operators for any types.
#include "pebble.h"
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Bytes of strings. A string that ends where its buffer's used bytes end can grow in place: appending is cheap.
typedef struct Buffer {
  struct Buffer *next;
  size_t used, capacity;
  char bytes[];
} Buffer;

bool pebble_fail(VM *vm, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(vm->error, sizeof(vm->error), format, arguments);
  va_end(arguments);
  return false;
}

const char *pebble_type_name(uint64_t tag) {
  static const char *const names[] = {"nil", "int", "float", "bool", "string", "array", "error", "exit"};
  return tag < sizeof(names) / sizeof(names[0]) ? names[tag] : "?";
}

static Buffer *new_buffer(VM *vm, size_t capacity) {
  Buffer *buffer = malloc(sizeof(Buffer) + capacity);
  if (buffer == NULL)
    abort();
  buffer->next = vm->buffers;
  vm->buffers = buffer;
  buffer->used = 0;
  buffer->capacity = capacity;
  return buffer;
}

static String *new_string(VM *vm, Buffer *buffer, char *bytes, size_t length) {
  String *string = malloc(sizeof(String));
  if (string == NULL)
    abort();
  *string = (String){vm->strings, (int64_t)length, bytes, buffer};
  vm->strings = string;
  return string;
}

String *pebble_string(VM *vm, const char *bytes, size_t length) {
  Buffer *buffer = new_buffer(vm, length < 8 ? 16 : 2 * length);
  if (length > 0)
    memcpy(buffer->bytes, bytes, length);
  buffer->used = length;
  return new_string(vm, buffer, buffer->bytes, length);
}

String *pebble_concatenate(VM *vm, String *left, String *right) {
  size_t length = (size_t)(left->length + right->length);
  Buffer *buffer = left->buffer;
  char *bytes = left->bytes;
  if (bytes + left->length != buffer->bytes + buffer->used || buffer->capacity - buffer->used < (size_t)right->length) {
    buffer = new_buffer(vm, 2 * length);
    memcpy(buffer->bytes, bytes, (size_t)left->length);
    buffer->used = (size_t)left->length;
    bytes = buffer->bytes;
  }
  memcpy(buffer->bytes + buffer->used, right->bytes, (size_t)right->length);
  buffer->used += (size_t)right->length;
  return new_string(vm, buffer, bytes, length);
}

Array *pebble_array(VM *vm, int64_t length) {
  Array *array = malloc(sizeof(Array));
  Value *items = calloc((size_t)length + 1, sizeof(Value));
  if (array == NULL || items == NULL)
    abort();
  *array = (Array){vm->arrays, length, items};
  return vm->arrays = array;
}

Array *pebble_array_of(VM *vm, const Value *items, int64_t length) {
  Array *array = pebble_array(vm, length);
  if (length > 0)
    memcpy(array->items, items, (size_t)length * sizeof(Value));
  return array;
}

void pebble_free_objects(VM *vm) {
  for (String *string = vm->strings, *next; string != NULL; string = next) {
    next = string->next;
    free(string);
  }
  for (Array *array = vm->arrays, *next; array != NULL; array = next) {
    next = array->next;
    free(array->items);
    free(array);
  }
  for (Buffer *buffer = vm->buffers, *next; buffer != NULL; buffer = next) {
    next = buffer->next;
    free(buffer);
  }
}

static double as_float(Value value) {
  double number;
  memcpy(&number, &value.payload, sizeof(number));
  return value.tag == TAG_INT ? (double)(int64_t)value.payload : number;
}

static Value make_float(double number) {
  Value value = {0, TAG_FLOAT};
  memcpy(&value.payload, &number, sizeof(number));
  return value;
}

static Value make_int(int64_t number) { return (Value){(uint64_t)number, TAG_INT}; }

void pebble_print(VM *vm, Value value) {
  switch (value.tag) {
  case TAG_INT: fprintf(vm->out, "%" PRId64, (int64_t)value.payload); break;
  case TAG_FLOAT: fprintf(vm->out, "%.9g", as_float(value)); break;
  case TAG_BOOL: fputs(value.payload ? "true" : "false", vm->out); break;
  case TAG_STRING: {
    const String *string = (const String *)(uintptr_t)value.payload;
    fwrite(string->bytes, 1, (size_t)string->length, vm->out);
    break;
  }
  case TAG_ARRAY: {
    const Array *array = (const Array *)(uintptr_t)value.payload;
    fputc('[', vm->out);
    for (int64_t i = 0; i < array->length; i++) {
      if (i > 0)
        fputs(", ", vm->out);
      pebble_print(vm, array->items[i]);
    }
    fputc(']', vm->out);
    break;
  }
  default: fputs("nil", vm->out);
  }
}

bool pebble_is_true(Value value) { return value.tag == TAG_BOOL ? value.payload != 0 : value.tag != TAG_NIL; }

bool pebble_equal(Value left, Value right) {
  const bool numbers = (left.tag == TAG_INT || left.tag == TAG_FLOAT) && (right.tag == TAG_INT || right.tag == TAG_FLOAT);
  if (numbers && (left.tag == TAG_FLOAT || right.tag == TAG_FLOAT))
    return as_float(left) == as_float(right);
  if (left.tag != right.tag)
    return false;
  if (left.tag == TAG_STRING) {
    const String *a = (const String *)(uintptr_t)left.payload, *b = (const String *)(uintptr_t)right.payload;
    return a->length == b->length && memcmp(a->bytes, b->bytes, (size_t)a->length) == 0;
  }
  return left.payload == right.payload;
}

bool pebble_arithmetic(VM *vm, int operation, Value left, Value right, Value *result) {
  if (left.tag == TAG_INT && right.tag == TAG_INT) {
    const int64_t a = (int64_t)left.payload, b = (int64_t)right.payload;
    int64_t number = 0;
    bool overflow = false;
    switch (operation) {
    case '+': overflow = __builtin_add_overflow(a, b, &number); break;
    case '-': overflow = __builtin_sub_overflow(a, b, &number); break;
    case '*': overflow = __builtin_mul_overflow(a, b, &number); break;
    default:
      if (b == 0)
        return pebble_fail(vm, "division by zero");
      overflow = b == -1 && a == INT64_MIN;
      number = overflow ? 0 : operation == '/' ? a / b : a % b;
    }
    if (overflow)
      return pebble_fail(vm, "integer overflow");
    *result = make_int(number);
    return true;
  }
  if (operation == '+' && left.tag == TAG_STRING && right.tag == TAG_STRING) {
    String *string = pebble_concatenate(vm, (String *)(uintptr_t)left.payload, (String *)(uintptr_t)right.payload);
    *result = (Value){(uint64_t)(uintptr_t)string, TAG_STRING};
    return true;
  }
  if ((left.tag != TAG_INT && left.tag != TAG_FLOAT) || (right.tag != TAG_INT && right.tag != TAG_FLOAT))
    return pebble_fail(vm, "expected two numbers for '%c', found %s and %s", operation, pebble_type_name(left.tag),
                       pebble_type_name(right.tag));
  const double a = as_float(left), b = as_float(right);
  *result = make_float(operation == '+'   ? a + b
                       : operation == '-' ? a - b
                       : operation == '*' ? a * b
                       : operation == '/' ? a / b
                                          : fmod(a, b));
  return true;
}

bool pebble_compare(VM *vm, bool or_equal, Value left, Value right, bool *result) {
  if (left.tag == TAG_INT && right.tag == TAG_INT) {
    const int64_t a = (int64_t)left.payload, b = (int64_t)right.payload;
    *result = or_equal ? a <= b : a < b;
    return true;
  }
  if (left.tag == TAG_STRING && right.tag == TAG_STRING) {
    const String *a = (const String *)(uintptr_t)left.payload, *b = (const String *)(uintptr_t)right.payload;
    const int order = memcmp(a->bytes, b->bytes, (size_t)(a->length < b->length ? a->length : b->length));
    *result = order < 0 || (order == 0 && (or_equal ? a->length <= b->length : a->length < b->length));
    return true;
  }
  if ((left.tag != TAG_INT && left.tag != TAG_FLOAT) || (right.tag != TAG_INT && right.tag != TAG_FLOAT))
    return pebble_fail(vm, "expected two numbers or two strings to compare, found %s and %s", pebble_type_name(left.tag),
                       pebble_type_name(right.tag));
  *result = or_equal ? as_float(left) <= as_float(right) : as_float(left) < as_float(right);
  return true;
}

int64_t pebble_quotient(int64_t left, int64_t right) { return left / right; }
int64_t pebble_remainder(int64_t left, int64_t right) { return left % right; }
double pebble_float_of_int(int64_t number) { return (double)number; }

bool pebble_product_overflows(int64_t left, int64_t right, int64_t *product) {
  return __builtin_mul_overflow(left, right, product);
}

static bool check_index(VM *vm, Value object, Value index, int64_t length) {
  if (index.tag != TAG_INT)
    return pebble_fail(vm, "expected an int as index, found %s", pebble_type_name(index.tag));
  if (index.payload >= (uint64_t)length)
    return pebble_fail(vm, "index %" PRId64 " is outside the %s of length %" PRId64, (int64_t)index.payload,
                       pebble_type_name(object.tag), length);
  return true;
}

bool pebble_index(VM *vm, Value object, Value index, Value *result) {
  if (object.tag == TAG_ARRAY) {
    const Array *array = (const Array *)(uintptr_t)object.payload;
    if (!check_index(vm, object, index, array->length))
      return false;
    *result = array->items[index.payload];
    return true;
  }
  if (object.tag == TAG_STRING) {
    const String *string = (const String *)(uintptr_t)object.payload;
    if (!check_index(vm, object, index, string->length))
      return false;
    *result = make_int((unsigned char)string->bytes[index.payload]);
    return true;
  }
  return pebble_fail(vm, "expected an array or a string before [, found %s", pebble_type_name(object.tag));
}

bool pebble_store_index(VM *vm, Value object, Value index, Value value) {
  if (object.tag != TAG_ARRAY)
    return pebble_fail(vm, "expected an array before [, found %s", pebble_type_name(object.tag));
  Array *array = (Array *)(uintptr_t)object.payload;
  if (!check_index(vm, object, index, array->length))
    return false;
  array->items[index.payload] = value;
  return true;
}

// ---- Built-in functions

typedef bool (*Builtin)(VM *vm, Value *arguments, Value *result);

static bool wrong_type(VM *vm, const char *function, const char *expected, Value found) {
  return pebble_fail(vm, "%s: expected %s, found %s", function, expected, pebble_type_name(found.tag));
}

static bool builtin_array(VM *vm, Value *a, Value *result) {
  if (a[0].tag != TAG_INT || (int64_t)a[0].payload < 0 || a[0].payload > (1u << 28))
    return wrong_type(vm, "array", "a length", a[0]);
  Array *array = pebble_array(vm, (int64_t)a[0].payload);
  for (int64_t i = 0; i < array->length; i++)
    array->items[i] = a[1];
  *result = (Value){(uint64_t)(uintptr_t)array, TAG_ARRAY};
  return true;
}

static bool builtin_length(VM *vm, Value *a, Value *result) {
  if (a[0].tag == TAG_ARRAY)
    *result = make_int(((const Array *)(uintptr_t)a[0].payload)->length);
  else if (a[0].tag == TAG_STRING)
    *result = make_int(((const String *)(uintptr_t)a[0].payload)->length);
  else
    return wrong_type(vm, "length", "an array or a string", a[0]);
  return true;
}

static bool builtin_sqrt(VM *vm, Value *a, Value *result) {
  if (a[0].tag != TAG_INT && a[0].tag != TAG_FLOAT)
    return wrong_type(vm, "sqrt", "a number", a[0]);
  *result = make_float(sqrt(as_float(a[0])));
  return true;
}

static bool builtin_float(VM *vm, Value *a, Value *result) {
  if (a[0].tag != TAG_INT && a[0].tag != TAG_FLOAT)
    return wrong_type(vm, "float", "a number", a[0]);
  *result = make_float(as_float(a[0]));
  return true;
}

static bool builtin_int(VM *vm, Value *a, Value *result) {
  const double number = a[0].tag == TAG_FLOAT ? as_float(a[0]) : 0;
  if (a[0].tag == TAG_INT)
    *result = a[0];
  else if (a[0].tag == TAG_FLOAT && number > -9e18 && number < 9e18)
    *result = make_int((int64_t)number);
  else
    return wrong_type(vm, "int", "a number in range", a[0]);
  return true;
}

// An int as its decimal digits, a byte as a string of one character.
static bool builtin_text(VM *vm, Value *a, Value *result) {
  char digits[32];
  const int length = a[0].tag == TAG_INT     ? snprintf(digits, sizeof(digits), "%" PRId64, (int64_t)a[0].payload)
                     : a[0].tag == TAG_FLOAT ? snprintf(digits, sizeof(digits), "%.9g", as_float(a[0]))
                                             : -1;
  if (length < 0)
    return wrong_type(vm, "text", "a number", a[0]);
  *result = (Value){(uint64_t)(uintptr_t)pebble_string(vm, digits, (size_t)length), TAG_STRING};
  return true;
}

static bool builtin_character(VM *vm, Value *a, Value *result) {
  if (a[0].tag != TAG_INT || a[0].payload > 255)
    return wrong_type(vm, "character", "an int of 0 to 255", a[0]);
  const char byte = (char)a[0].payload;
  *result = (Value){(uint64_t)(uintptr_t)pebble_string(vm, &byte, 1), TAG_STRING};
  return true;
}

static bool builtin_print(VM *vm, Value *a, Value *result) {
  pebble_print(vm, a[0]);
  fputc('\n', vm->out);
  *result = (Value){0, TAG_NIL};
  return true;
}

// The number given on the command line, or else what is given here.
static bool builtin_argument(VM *vm, Value *a, Value *result) {
  *result = a[0];
  if (vm->argument != NULL)
    *result = make_int(strtoll(vm->argument, NULL, 10));
  return true;
}

static bool builtin_append(VM *vm, Value *a, Value *result) {
  return pebble_arithmetic(vm, '+', a[0], a[1], result);
}

static bool builtin_equal(VM *vm, Value *a, Value *result) {
  (void)vm;
  *result = (Value){pebble_equal(a[0], a[1]), TAG_BOOL};
  return true;
}

static bool builtin_index(VM *vm, Value *a, Value *result) { return pebble_index(vm, a[0], a[1], result); }

static const struct {
  const char *name;
  unsigned arity;
  Builtin function;
} builtins[] = {{"array", 2, builtin_array}, {"length", 1, builtin_length}, {"sqrt", 1, builtin_sqrt},
                {"float", 1, builtin_float}, {"int", 1, builtin_int},       {"text", 1, builtin_text},
                {"character", 1, builtin_character}, {"print", 1, builtin_print}, {"argument", 1, builtin_argument},
                // For compiled code, which does with them what the operators do. No program can name them.
                {"+", 2, builtin_append},    {"==", 2, builtin_equal},      {"[]", 2, builtin_index}};

int pebble_builtin(const char *name, unsigned *arity) {
  for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
    if (!strcmp(builtins[i].name, name)) {
      *arity = builtins[i].arity;
      return (int)i;
    }
  return -1;
}

const char *pebble_builtin_name(unsigned number) { return builtins[number].name; }

bool pebble_call_builtin(VM *vm, uint64_t number, Value *arguments, Value *result) {
  return builtins[number].function(vm, arguments, result);
}
