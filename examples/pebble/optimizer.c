// Tier 2, its first half: compiles what is run often, for the types that are found when it is compiled.
//
// A unit is a function from its start, or from the header of a loop that is running. Its instructions are
// walked along every path with the type of each local and stack item; types come from the locals as they are,
// from constants, and from what the interpreter has recorded for array elements and results. Walking is
// repeated until nothing changes, then micro-ops are written. Where a value is not as expected a guard leaves
// the code: the interpreter goes on from there.
#include "jit.h"
#include "pebble-metadata.h"
#include <stdlib.h>
#include <string.h>

enum {
  MAX_LOCALS = 64,
  MAX_STACK = 64,
  UNKNOWN = TAG_EXIT, // a type that only memory knows
  NO_UOP = -1
};

// What is known before an instruction.
typedef struct State {
  bool reached;
  uint8_t depth; // items on the stack
  uint8_t types[MAX_LOCALS + MAX_STACK];
} State;

typedef struct PendingExit {
  uint32_t uop; // whose target it is
  Exit *exit;
  uint32_t cached;
} PendingExit;

typedef struct Unit {
  VM *vm;
  Jit *jit;
  Function *function;
  Loop *loop;
  uint32_t entry;
  State *states;  // by instruction; only those of leaders are used
  uint64_t *live; // locals whose values are used later, by instruction
  bool *leaders;
  bool changed;
  uint64_t tagged; // locals whose tags are kept in memory
  bool emitting, failed;
  sg_uop *uops;
  size_t count, capacity;
  sg_uop nowhere;  // what is written while only types are looked for
  uint32_t cached; // items in registers
  int32_t *starts; // the first micro-op of a leader
  PendingExit *exits;
  size_t exit_count, exit_capacity;
} Unit;

// ---- Writing micro-ops

static sg_uop *append(Unit *u, uint32_t stencil) {
  if (u->count == u->capacity)
    u->uops = pebble_grow(u->uops, &u->capacity, sizeof(sg_uop));
  sg_uop *uop = &u->uops[u->count++];
  *uop = (sg_uop){.stencil = stencil};
  return uop;
}

// Moves items between registers and memory.
static void set_cached(Unit *u, uint32_t wanted) {
  static const uint16_t moves[4][4] = {
      {0, PEBBLE__SPILL_OR_RELOAD_r01, PEBBLE__SPILL_OR_RELOAD_r02, PEBBLE__SPILL_OR_RELOAD_r03},
      {PEBBLE__SPILL_OR_RELOAD_r10, 0, PEBBLE__SPILL_OR_RELOAD_r12, PEBBLE__SPILL_OR_RELOAD_r13},
      {PEBBLE__SPILL_OR_RELOAD_r20, PEBBLE__SPILL_OR_RELOAD_r21, 0, PEBBLE__SPILL_OR_RELOAD_r23},
      {PEBBLE__SPILL_OR_RELOAD_r30, PEBBLE__SPILL_OR_RELOAD_r31, PEBBLE__SPILL_OR_RELOAD_r32, 0}};
  if (u->cached != wanted && u->emitting)
    append(u, moves[u->cached][wanted]);
  u->cached = wanted;
}

// Writes a micro-op in the variant for the items that are in registers, moving some if there is no such variant. The
// pointer is valid until the next micro-op. `depth`: items on the stack before it.
static sg_uop *emit(Unit *u, uint32_t uop, uint32_t depth) {
  if (!u->emitting)
    return &u->nowhere;
  static const int steps[] = {0, -1, -2, -3, 1, 2, 3};
  for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
    const int cached = (int)u->cached + steps[i];
    if (cached < 0 || cached > 3 || (uint32_t)cached > depth ||
        stencil_for(u->jit, uop, (uint32_t)cached) == SG_NO_STENCIL)
      continue;
    set_cached(u, (uint32_t)cached);
    const uint32_t stencil = stencil_for(u->jit, uop, (uint32_t)cached);
    u->cached = u->jit->tables->info[stencil].cached_out;
    return append(u, stencil);
  }
  u->failed = true;
  return &u->nowhere;
}

// The same with just so many items in registers.
static sg_uop *emit_at(Unit *u, uint32_t uop, uint32_t cached) {
  set_cached(u, cached);
  return emit(u, uop, cached);
}

// ---- Exits

static Exit *new_exit(Unit *u, const State *s, uint32_t at) {
  const uint32_t count = u->function->locals + s->depth;
  Exit *exit = calloc(1, sizeof(Exit) + count);
  if (exit == NULL)
    abort();
  exit->next = u->jit->exits;
  u->jit->exits = exit;
  exit->function = u->function;
  exit->next_instr = u->function->code + at;
  exit->loop = u->loop;
  exit->counter = u->loop ? &u->loop->exits : &u->function->exits;
  exit->count = (uint16_t)count;
  memcpy(exit->tags, s->types, u->function->locals);
  memcpy(exit->tags + u->function->locals, s->types + MAX_LOCALS, s->depth);
  return exit;
}

// The last micro-op leaves for the interpreter at instruction `at`, in state `s`.
static void add_exit(Unit *u, const State *s, uint32_t at) {
  if (!u->emitting || u->failed)
    return;
  const uint32_t uop = (uint32_t)u->count - 1;
  const uint32_t cached = u->jit->tables->info[u->uops[uop].stencil].cached_in;
  if (u->exit_count == u->exit_capacity)
    u->exits = pebble_grow(u->exits, &u->exit_capacity, sizeof(PendingExit));
  // Checks of one instruction have one exit.
  PendingExit *last = u->exit_count ? &u->exits[u->exit_count - 1] : NULL;
  const bool same = last && last->exit->next_instr == u->function->code + at && last->cached == cached &&
                    last->exit->count == u->function->locals + s->depth &&
                    !memcmp(last->exit->tags, s->types, u->function->locals) &&
                    !memcmp(last->exit->tags + u->function->locals, s->types + MAX_LOCALS, s->depth);
  Exit *exit = same ? last->exit : new_exit(u, s, at);
  u->exits[u->exit_count++] = (PendingExit){uop, exit, cached};
}

// Leaves here in any case.
static void leave(Unit *u, const State *s, uint32_t at) {
  if (!u->emitting)
    return;
  sg_uop *uop = append(u, stencil_for(u->jit, PEBBLE_UOP__EXIT, u->cached));
  uop->operand[0] = (uint64_t)(uintptr_t)new_exit(u, s, at);
}

// ---- Types along the paths

static uint32_t size_of(const Code *code) { return 1u + instruction_metadata[code->op].caches; }

// The general form of a specialised instruction.
static int general(const Code *code) {
  const int family = instruction_metadata[code->op].family;
  return family >= 0 ? family : (int)code->op;
}

static void flow_to(Unit *u, const State *from, uint32_t target) {
  State *to = &u->states[target];
  if (u->emitting)
    return;
  if (!to->reached) {
    *to = *from;
    to->reached = u->changed = true;
    return;
  }
  if (to->depth != from->depth) {
    u->failed = true;
    return;
  }
  for (uint32_t i = 0; i < (uint32_t)MAX_LOCALS + to->depth; i++) {
    if (to->types[i] == from->types[i] || to->types[i] == UNKNOWN)
      continue;
    to->types[i] = UNKNOWN;
    u->changed = true;
    if (i >= MAX_LOCALS)
      u->failed = true; // an item of two types: no program of this compiler has one that is used
  }
  for (uint32_t i = 0; i < u->function->locals; i++)
    if (to->types[i] == UNKNOWN && (u->live[target] >> i & 1) && !(u->tagged >> i & 1)) {
      u->tagged |= 1ull << i;
      u->changed = true;
    }
}

static uint8_t *top(State *s, uint32_t below) { return &s->types[MAX_LOCALS + s->depth - 1 - below]; }

static void push(Unit *u, State *s, uint8_t type) {
  if (s->depth == MAX_STACK) {
    u->failed = true;
    return;
  }
  s->types[MAX_LOCALS + s->depth++] = type;
}

// Puts everything into memory with tags, for a call that takes `count` items.
static void pass_arguments(Unit *u, State *s, uint32_t count) {
  set_cached(u, 0);
  for (uint32_t i = 0; i < count; i++) {
    sg_uop *uop = emit(u, PEBBLE_UOP__TAG_LOCAL, s->depth);
    uop->operand[0] = (u->function->locals + s->depth - count + i) * sizeof(Value);
    uop->operand[1] = s->types[MAX_LOCALS + s->depth - count + i];
  }
}

static void call_builtin(Unit *u, State *s, uint32_t at, unsigned number, uint32_t count) {
  pass_arguments(u, s, count);
  sg_uop *uop = emit(u, PEBBLE_UOP__CALL_BUILTIN, s->depth);
  uop->operand[0] = number;
  uop->operand[2] = count;
  add_exit(u, s, at);
  s->depth = (uint8_t)(s->depth - count);
}

// The result of a call is on the stack, its tag in memory: checks it. Returns false when the code ends here.
static bool take_result(Unit *u, State *s, uint32_t next, uint32_t expected) {
  if (u->function->code[next].op == POP && !u->leaders[next]) {
    push(u, s, UNKNOWN);
    return true;
  }
  State after = *s;
  push(u, &after, UNKNOWN);
  if (expected >= TAG_ERROR) {
    leave(u, &after, next);
    return false;
  }
  sg_uop *uop = emit_at(u, PEBBLE_UOP__GUARD_RESULT, 1);
  uop->operand[0] = expected;
  add_exit(u, &after, next);
  push(u, s, (uint8_t)expected);
  return true;
}

// A binary operator; returns the type of its result, UNKNOWN where it is left to the interpreter.
static uint32_t arithmetic(Unit *u, State *s, uint32_t at, int operation, uint32_t for_ints,
                           uint32_t for_floats) {
  unsigned arity;
  const uint32_t left = *top(s, 1);
  if (*top(s, 0) == TAG_INT && left == TAG_FLOAT && operation != '%') {
    emit(u, PEBBLE_UOP__FLOAT_OF_INT, s->depth);
    *top(s, 0) = TAG_FLOAT;
  }
  const uint32_t right = *top(s, 0);
  if (left == TAG_INT && right == TAG_INT) {
    emit(u, for_ints, s->depth);
    add_exit(u, s, at);
    s->depth = (uint8_t)(s->depth - 2);
    return TAG_INT;
  }
  if (left == TAG_FLOAT && right == TAG_FLOAT && operation != '%') {
    emit(u, for_floats, s->depth);
    s->depth = (uint8_t)(s->depth - 2);
    return TAG_FLOAT;
  }
  if (left == TAG_STRING && right == TAG_STRING && operation == '+') {
    call_builtin(u, s, at, (unsigned)pebble_builtin("+", &arity), 2);
    return TAG_STRING;
  }
  return UNKNOWN;
}

// Follows instructions from `at` to the end of the block. Writes micro-ops when emitting. Returns the block
// that it falls into, -1: none.
static int32_t walk(Unit *u, uint32_t at) {
  Function *f = u->function;
  State s = u->states[at];
  unsigned arity;
  u->cached = 0;
  for (uint32_t next;; at = next) {
    const Code *code = &f->code[at];
    const uint32_t arg = code->arg;
    next = at + size_of(code);
    const State before = s;
    uint32_t type = UNKNOWN;
    sg_uop *uop;
    if (u->failed)
      return -1;
    switch (general(code)) {
    case LOAD_LOCAL:
      if (s.types[arg] == UNKNOWN) {
        leave(u, &before, at);
        return -1;
      }
      uop = emit(u, PEBBLE_UOP__LOAD_LOCAL, s.depth);
      uop->operand[2] = arg * sizeof(Value);
      push(u, &s, s.types[arg]);
      break;
    case STORE_LOCAL:
      if (*top(&s, 0) == UNKNOWN) {
        leave(u, &before, at);
        return -1;
      }
      uop = emit(u, PEBBLE_UOP__STORE_LOCAL, s.depth);
      uop->operand[2] = arg * sizeof(Value);
      s.types[arg] = *top(&s, 0);
      s.depth--;
      if (u->tagged >> arg & 1) {
        uop = emit(u, PEBBLE_UOP__TAG_LOCAL, s.depth);
        uop->operand[0] = arg * sizeof(Value);
        uop->operand[1] = s.types[arg];
      }
      break;
    case LOAD_CONST: {
      const Value value = f->constants[arg];
      const int operation = general(&f->code[next]);
      const bool is_small = value.payload < 0x7fffffff;
      if (value.tag == TAG_INT && is_small && s.depth > 0 && *top(&s, 0) == TAG_INT && !u->leaders[next] &&
          (operation == ADD || operation == SUBTRACT)) {
        uop = emit(u, operation == ADD ? PEBBLE_UOP__ADD_INT_SMALL : PEBBLE_UOP__SUBTRACT_INT_SMALL, s.depth);
        uop->operand[0] = value.payload;
        add_exit(u, &before, at);
        next += size_of(&f->code[next]);
        break;
      }
      uop = emit(u, is_small ? PEBBLE_UOP__LOAD_SMALL : PEBBLE_UOP__LOAD_WIDE, s.depth);
      uop->operand[0] = value.payload;
      push(u, &s, (uint8_t)value.tag);
      break;
    }
    case POP:
      emit(u, PEBBLE_UOP__POP, s.depth);
      s.depth--;
      break;
    case ADD:
      type = arithmetic(u, &s, at, '+', PEBBLE_UOP__ADD_INT, PEBBLE_UOP__ADD_FLOAT);
      goto operator;
    case SUBTRACT:
      type = arithmetic(u, &s, at, '-', PEBBLE_UOP__SUBTRACT_INT, PEBBLE_UOP__SUBTRACT_FLOAT);
      goto operator;
    case MULTIPLY:
      type = arithmetic(u, &s, at, '*', PEBBLE_UOP__MULTIPLY_INT, PEBBLE_UOP__MULTIPLY_FLOAT);
      goto operator;
    case DIVIDE:
      type = arithmetic(u, &s, at, '/', PEBBLE_UOP__DIVIDE_INT, PEBBLE_UOP__DIVIDE_FLOAT);
      goto operator;
    case MODULO:
      type = arithmetic(u, &s, at, '%', PEBBLE_UOP__MODULO_INT, PEBBLE_UOP__MODULO_INT);
      goto operator;
      operator: if (type == UNKNOWN) {
        leave(u, &before, at);
        return -1;
      }
      push(u, &s, (uint8_t)type);
      break;
    case NOT:
      if (*top(&s, 0) != TAG_BOOL) {
        leave(u, &before, at);
        return -1;
      }
      emit(u, PEBBLE_UOP__NOT, s.depth);
      break;
    case LESS:
    case LESS_EQUAL:
    case EQUAL: {
      const int operation = general(code);
      const bool ints = *top(&s, 0) == TAG_INT && *top(&s, 1) == TAG_INT;
      const bool floats = *top(&s, 0) == TAG_FLOAT && *top(&s, 1) == TAG_FLOAT && operation != EQUAL;
      if (!ints && !floats) {
        if (operation != EQUAL) {
          leave(u, &before, at);
          return -1;
        }
        call_builtin(u, &s, at, (unsigned)pebble_builtin("==", &arity), 2);
        push(u, &s, TAG_BOOL);
        break;
      }
      if (f->code[next].op == JUMP_IF_FALSE && !u->leaders[next]) {
        const uint32_t jump =
            operation == EQUAL ? PEBBLE_UOP__JUMP_UNLESS_EQUAL_INT
            : operation == LESS
                ? (ints ? PEBBLE_UOP__JUMP_UNLESS_LESS_INT : PEBBLE_UOP__JUMP_UNLESS_LESS_FLOAT)
                : (ints ? PEBBLE_UOP__JUMP_UNLESS_LESS_EQUAL_INT : PEBBLE_UOP__JUMP_UNLESS_LESS_EQUAL_FLOAT);
        const uint32_t target = next + 1 + f->code[next].arg;
        uop = emit_at(u, jump, 2);
        uop->target[0] = target;
        s.depth = (uint8_t)(s.depth - 2);
        flow_to(u, &s, target);
        next++;
        break;
      }
      emit(u,
           operation == EQUAL  ? PEBBLE_UOP__EQUAL_INT
           : operation == LESS ? (ints ? PEBBLE_UOP__LESS_INT : PEBBLE_UOP__LESS_FLOAT)
                               : (ints ? PEBBLE_UOP__LESS_EQUAL_INT : PEBBLE_UOP__LESS_EQUAL_FLOAT),
           s.depth);
      s.depth = (uint8_t)(s.depth - 2);
      push(u, &s, TAG_BOOL);
      break;
    }
    case JUMP_IF_FALSE:
      if (*top(&s, 0) != TAG_BOOL) {
        leave(u, &before, at);
        return -1;
      }
      uop = emit_at(u, PEBBLE_UOP__JUMP_IF_FALSE, 1);
      uop->target[0] = next + arg;
      s.depth--;
      flow_to(u, &s, next + arg);
      break;
    case JUMP:
    case JUMP_BACKWARD: {
      const uint32_t target = code->op == JUMP ? next + arg : next - arg;
      uop = emit_at(u, PEBBLE_UOP__JUMP, 0);
      uop->target[0] = target;
      flow_to(u, &s, target);
      return -1;
    }
    case NEW_ARRAY:
      pass_arguments(u, &s, arg);
      uop = emit(u, PEBBLE_UOP__NEW_ARRAY, s.depth);
      uop->operand[2] = arg;
      s.depth = (uint8_t)(s.depth - arg);
      push(u, &s, TAG_ARRAY);
      break;
    case INDEX:
      if (*top(&s, 0) == TAG_INT && *top(&s, 1) == TAG_STRING) {
        emit(u, PEBBLE_UOP__INDEX_STRING, s.depth);
        type = TAG_INT;
      } else if (*top(&s, 0) == TAG_INT && *top(&s, 1) == TAG_ARRAY && code[1].cache < TAG_ERROR) {
        type = code[1].cache;
        uop = emit(u, PEBBLE_UOP__INDEX_ARRAY_OF, s.depth);
        uop->operand[0] = type;
      } else {
        leave(u, &before, at);
        return -1;
      }
      add_exit(u, &before, at);
      s.depth = (uint8_t)(s.depth - 2);
      push(u, &s, (uint8_t)type);
      break;
    case STORE_INDEX:
      if (*top(&s, 0) != TAG_INT || *top(&s, 1) != TAG_ARRAY || *top(&s, 2) == UNKNOWN) {
        leave(u, &before, at);
        return -1;
      }
      uop = emit(u, PEBBLE_UOP__STORE_INDEX_ARRAY_OF, s.depth);
      uop->operand[0] = *top(&s, 2);
      add_exit(u, &before, at);
      s.depth = (uint8_t)(s.depth - 3);
      break;
    case CALL: {
      Function *callee = u->vm->functions[code[1].cache];
      pass_arguments(u, &s, arg);
      uop = emit(u, PEBBLE_UOP__CALL, s.depth);
      uop->operand[0] = (uint64_t)(uintptr_t)callee;
      uop->operand[2] = arg;
      s.depth = (uint8_t)(s.depth - arg);
      if (!take_result(u, &s, next, callee->result_tag))
        return -1;
      break;
    }
    case CALL_BUILTIN: {
      const char *name = pebble_builtin_name(code[2].cache);
      const uint32_t first = arg > 0 ? *top(&s, 0) : UNKNOWN;
      if (!strcmp(name, "sqrt") && first == TAG_FLOAT) {
        emit(u, PEBBLE_UOP__SQRT, s.depth);
      } else if (!strcmp(name, "float") && first == TAG_INT) {
        emit(u, PEBBLE_UOP__FLOAT_OF_INT, s.depth);
        *top(&s, 0) = TAG_FLOAT;
      } else if (!strcmp(name, "length") && first == TAG_ARRAY) {
        emit(u, PEBBLE_UOP__LENGTH, s.depth);
        *top(&s, 0) = TAG_INT;
      } else {
        call_builtin(u, &s, at, code[2].cache, arg);
        if (!take_result(u, &s, next, code[1].cache))
          return -1;
      }
      break;
    }
    case RETURN:
      uop = emit_at(u, PEBBLE_UOP__RETURN, 1);
      uop->operand[0] = *top(&s, 0);
      return -1;
    default:
      u->failed = true;
      return -1;
    }
    if (u->leaders[next]) {
      set_cached(u, 0);
      flow_to(u, &s, next);
      return (int32_t)next;
    }
  }
}

// ---- The unit

static void find_leaders(Unit *u) {
  const Function *f = u->function;
  u->leaders[u->entry] = true;
  for (uint32_t at = 0; at < f->length; at += size_of(&f->code[at])) {
    const Code *code = &f->code[at];
    const uint32_t next = at + size_of(code);
    if (code->op == JUMP_IF_FALSE || code->op == JUMP)
      u->leaders[next + code->arg] = true;
    else if (code->op == JUMP_BACKWARD)
      u->leaders[next - code->arg] = true;
  }
}

// Which locals are read before they are written, from each instruction on.
static void find_live(Unit *u) {
  const Function *f = u->function;
  bool changed = true;
  while (changed) {
    changed = false;
    for (uint32_t at = 0; at < f->length; at += size_of(&f->code[at])) {
      const Code *code = &f->code[at];
      const uint32_t next = at + size_of(code);
      uint64_t live = code->op == RETURN || code->op == JUMP || code->op == JUMP_BACKWARD ? 0 : u->live[next];
      if (code->op == JUMP_IF_FALSE || code->op == JUMP)
        live |= u->live[next + code->arg];
      else if (code->op == JUMP_BACKWARD)
        live |= u->live[next - code->arg];
      if (code->op == LOAD_LOCAL)
        live |= 1ull << code->arg;
      else if (code->op == STORE_LOCAL)
        live &= ~(1ull << code->arg);
      if (live != u->live[at]) {
        u->live[at] = live;
        changed = true;
      }
    }
  }
}

// The first micro-ops: the stack's place, and a look at every local that is used.
static void emit_entry(Unit *u) {
  const Function *f = u->function;
  State unknown = {.reached = true};
  memset(unknown.types, UNKNOWN, sizeof(unknown.types));
  u->cached = 0;
  sg_uop *uop = emit(u, PEBBLE_UOP__ENTER, 0);
  uop->operand[0] = f->locals * sizeof(Value);
  uop->operand[1] = f->frame_size * sizeof(Value);
  add_exit(u, &unknown, u->entry);
  for (uint32_t i = 0; i < f->locals; i++) {
    if (!(u->live[u->entry] >> i & 1) || u->states[u->entry].types[i] == UNKNOWN)
      continue;
    uop = emit_at(u, PEBBLE_UOP__GUARD_LOCAL, 0);
    uop->operand[0] = i * sizeof(Value);
    uop->operand[1] = u->states[u->entry].types[i];
    add_exit(u, &unknown, u->entry);
  }
  uop = emit_at(u, PEBBLE_UOP__JUMP, 0);
  uop->target[0] = u->entry;
}

static bool is_jump(const Unit *u, uint32_t stencil) {
  switch (u->jit->tables->info[stencil].uop) {
  case PEBBLE_UOP__JUMP:
  case PEBBLE_UOP__JUMP_IF_FALSE:
  case PEBBLE_UOP__JUMP_UNLESS_LESS_INT:
  case PEBBLE_UOP__JUMP_UNLESS_LESS_EQUAL_INT:
  case PEBBLE_UOP__JUMP_UNLESS_EQUAL_INT:
  case PEBBLE_UOP__JUMP_UNLESS_LESS_FLOAT:
  case PEBBLE_UOP__JUMP_UNLESS_LESS_EQUAL_FLOAT:
    return true;
  default:
    return false;
  }
}

static void emit_blocks(Unit *u) {
  const Function *f = u->function;
  u->emitting = true;
  emit_entry(u);
  // The entry first, as the jump to it is then one to the next micro-op.
  for (int pass = 0; pass < 2; pass++)
    for (uint32_t at = 0; at < f->length; at++) {
      if (!u->leaders[at] || !u->states[at].reached || u->starts[at] != NO_UOP ||
          (pass == 0 && at < u->entry))
        continue;
      u->starts[at] = (int32_t)u->count;
      const int32_t next = walk(u, at);
      // The next block in the text comes next, unless it is somewhere else already.
      if (next >= 0 && u->starts[next] != NO_UOP)
        emit_at(u, PEBBLE_UOP__JUMP, 0)->target[0] = (uint32_t)next;
    }
}

// Adds the exits behind the code, turns places of instructions into those of micro-ops, and makes machine
// code.
static const sg_trace *build(Unit *u, const char *name) {
  const size_t body = u->count;
  for (size_t i = 0; i < body; i++)
    if (is_jump(u, u->uops[i].stencil)) {
      const int32_t target = u->starts[u->uops[i].target[0]];
      if (target == NO_UOP)
        return NULL;
      u->uops[i].target[0] = (uint32_t)target;
    }
  for (size_t i = 0; i < u->exit_count; i++) {
    const PendingExit *exit = &u->exits[i];
    const bool again = i > 0 && u->exits[i - 1].exit == exit->exit && u->exits[i - 1].cached == exit->cached;
    if (!again)
      append(u, stencil_for(u->jit, PEBBLE_UOP__EXIT, exit->cached))->operand[0] =
          (uint64_t)(uintptr_t)exit->exit;
    u->uops[exit->uop].target[0] = (uint32_t)u->count - 1;
  }
  char full[96];
  if (u->loop != NULL)
    snprintf(full, sizeof(full), "%s.loop%u", name, (unsigned)(u->loop - u->function->loops));
  else
    snprintf(full, sizeof(full), "%s", name);
  return pebble_keep(u->jit, u->uops, u->count, full);
}

const sg_trace *pebble_optimize(VM *vm, Function *function, Loop *loop, uint32_t entry, const Value *locals) {
  Unit unit = {.vm = vm, .jit = vm->compiler, .function = function, .loop = loop, .entry = entry}, *u = &unit;
  const size_t length = function->length + 1;
  const sg_trace *trace = NULL;
  if (function->locals > MAX_LOCALS)
    return NULL;
  u->states = calloc(length, sizeof(State));
  u->live = calloc(length, sizeof(uint64_t));
  u->leaders = calloc(length, sizeof(bool));
  u->starts = malloc(length * sizeof(int32_t));
  if (u->states == NULL || u->live == NULL || u->leaders == NULL || u->starts == NULL)
    abort();
  for (size_t i = 0; i < length; i++)
    u->starts[i] = NO_UOP;
  find_leaders(u);
  find_live(u);
  State *first = &u->states[entry];
  memset(first->types, UNKNOWN, sizeof(first->types));
  first->reached = true;
  for (uint32_t i = 0; i < function->locals; i++)
    if (u->live[entry] >> i & 1)
      first->types[i] = (uint8_t)locals[i].tag;
  do {
    u->changed = false;
    for (uint32_t at = 0; at < function->length && !u->failed; at++)
      if (u->leaders[at] && u->states[at].reached)
        walk(u, at);
  } while (u->changed && !u->failed);
  if (!u->failed)
    emit_blocks(u);
  if (!u->failed)
    trace = build(u, function->name);
  free(u->states);
  free(u->live);
  free(u->leaders);
  free(u->starts);
  free(u->uops);
  free(u->exits);
  return trace;
}
