// The instructions of Pebble, for the interpreter (tier 1) and for compiled code (tier 2). Read docs/dsl.md for the language.
//
// A stack item is a Value in the interpreter. Compiled code knows every item's type, so there an item is the payload, and
// the first three items from the top are in registers. INT, FLOAT, MAKE_INT, ... hide the difference (interpreter.c, stencil.h).

// ---- Locals and constants

inst(LOAD_LOCAL, (-- value)) {
    value = GET_LOCAL(oparg);
}

inst(STORE_LOCAL, (value --)) {
    SET_LOCAL(oparg, value);
    DEAD(value);
}

tier1 inst(LOAD_CONST, (-- value)) {
    value = constants[oparg];
}

inst(POP, (value --)) {
    DEAD(value);
}

tier2 op(_LOAD_SMALL, (number/2 -- value)) {
    value = number;
}

tier2 op(_LOAD_WIDE, (number/4 -- value)) {
    value = number;
}

// A local from memory whose tag is only known to be this by having looked.
tier2 op(_GUARD_LOCAL, (local/2, tag/2 --)) {
    EXIT_IF(TAG_OF_LOCAL(local) != tag);
}

tier2 op(_TAG_LOCAL, (local/2, tag/2 --)) {
    TAG_OF_LOCAL(local) = tag;
}

// ---- Arithmetic. Each instruction looks at its operands once and becomes the one for their types.

tier1 op(_GUARD_INTS, (left, right -- left, right)) {
    EXIT_IF(!IS_INT(left) || !IS_INT(right));
}

tier1 op(_GUARD_FLOATS, (left, right -- left, right)) {
    EXIT_IF(!IS_FLOAT(left) || !IS_FLOAT(right));
}

family(ADD) = { ADD_INT, ADD_FLOAT };
family(SUBTRACT) = { SUBTRACT_INT, SUBTRACT_FLOAT };
family(MULTIPLY) = { MULTIPLY_INT, MULTIPLY_FLOAT };
family(DIVIDE) = { DIVIDE_INT, DIVIDE_FLOAT };
family(MODULO) = { MODULO_INT };

specializing op(_SPECIALIZE_ADD, (left, right -- left, right)) {
    SPECIALIZE(left, right, ADD_INT, ADD_FLOAT);
}

specializing op(_SPECIALIZE_SUBTRACT, (left, right -- left, right)) {
    SPECIALIZE(left, right, SUBTRACT_INT, SUBTRACT_FLOAT);
}

specializing op(_SPECIALIZE_MULTIPLY, (left, right -- left, right)) {
    SPECIALIZE(left, right, MULTIPLY_INT, MULTIPLY_FLOAT);
}

specializing op(_SPECIALIZE_DIVIDE, (left, right -- left, right)) {
    SPECIALIZE(left, right, DIVIDE_INT, DIVIDE_FLOAT);
}

specializing op(_SPECIALIZE_MODULO, (left, right -- left, right)) {
    SPECIALIZE(left, right, MODULO_INT, MODULO);
}

tier1 op(_ADD, (left, right -- result)) {
    Value sum;
    bool good = pebble_arithmetic(vm, '+', left, right, &sum);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = sum;
}

tier1 op(_SUBTRACT, (left, right -- result)) {
    Value difference;
    bool good = pebble_arithmetic(vm, '-', left, right, &difference);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = difference;
}

tier1 op(_MULTIPLY, (left, right -- result)) {
    Value product;
    bool good = pebble_arithmetic(vm, '*', left, right, &product);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = product;
}

tier1 op(_DIVIDE, (left, right -- result)) {
    Value quotient;
    bool good = pebble_arithmetic(vm, '/', left, right, &quotient);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = quotient;
}

tier1 op(_MODULO, (left, right -- result)) {
    Value remainder;
    bool good = pebble_arithmetic(vm, '%', left, right, &remainder);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = remainder;
}

// On overflow the general instruction runs, and says what is wrong.
op(_ADD_INT, (left, right -- result)) {
    int64_t sum;
    EXIT_IF(__builtin_add_overflow(INT(left), INT(right), &sum));
    INPUTS_DEAD();
    result = MAKE_INT(sum);
}

op(_SUBTRACT_INT, (left, right -- result)) {
    int64_t difference;
    EXIT_IF(__builtin_sub_overflow(INT(left), INT(right), &difference));
    INPUTS_DEAD();
    result = MAKE_INT(difference);
}

op(_MULTIPLY_INT, (left, right -- result)) {
    int64_t product;
    EXIT_IF(PRODUCT_OVERFLOWS(INT(left), INT(right), &product));
    INPUTS_DEAD();
    result = MAKE_INT(product);
}

op(_DIVIDE_INT, (left, right -- result)) {
    EXIT_IF((uint64_t)INT(right) + 1 <= 1);
    result = MAKE_INT(QUOTIENT(INT(left), INT(right)));
    INPUTS_DEAD();
}

op(_MODULO_INT, (left, right -- result)) {
    EXIT_IF((uint64_t)INT(right) + 1 <= 1);
    result = MAKE_INT(REMAINDER(INT(left), INT(right)));
    INPUTS_DEAD();
}

op(_ADD_FLOAT, (left, right -- result)) {
    result = MAKE_FLOAT(FLOAT(left) + FLOAT(right));
    INPUTS_DEAD();
}

op(_SUBTRACT_FLOAT, (left, right -- result)) {
    result = MAKE_FLOAT(FLOAT(left) - FLOAT(right));
    INPUTS_DEAD();
}

op(_MULTIPLY_FLOAT, (left, right -- result)) {
    result = MAKE_FLOAT(FLOAT(left) * FLOAT(right));
    INPUTS_DEAD();
}

op(_DIVIDE_FLOAT, (left, right -- result)) {
    result = MAKE_FLOAT(FLOAT(left) / FLOAT(right));
    INPUTS_DEAD();
}

macro(ADD) = _SPECIALIZE_ADD + _ADD;
macro(SUBTRACT) = _SPECIALIZE_SUBTRACT + _SUBTRACT;
macro(MULTIPLY) = _SPECIALIZE_MULTIPLY + _MULTIPLY;
macro(DIVIDE) = _SPECIALIZE_DIVIDE + _DIVIDE;
macro(MODULO) = _SPECIALIZE_MODULO + _MODULO;
macro(ADD_INT) = _GUARD_INTS + _ADD_INT;
macro(SUBTRACT_INT) = _GUARD_INTS + _SUBTRACT_INT;
macro(MULTIPLY_INT) = _GUARD_INTS + _MULTIPLY_INT;
macro(DIVIDE_INT) = _GUARD_INTS + _DIVIDE_INT;
macro(MODULO_INT) = _GUARD_INTS + _MODULO_INT;
macro(ADD_FLOAT) = _GUARD_FLOATS + _ADD_FLOAT;
macro(SUBTRACT_FLOAT) = _GUARD_FLOATS + _SUBTRACT_FLOAT;
macro(MULTIPLY_FLOAT) = _GUARD_FLOATS + _MULTIPLY_FLOAT;
macro(DIVIDE_FLOAT) = _GUARD_FLOATS + _DIVIDE_FLOAT;

inst(NOT, (value -- result)) {
    result = MAKE_BOOL(!TRUTH(value));
    DEAD(value);
}

// ---- Comparison

family(LESS) = { LESS_INT, LESS_FLOAT };
family(LESS_EQUAL) = { LESS_EQUAL_INT, LESS_EQUAL_FLOAT };
family(EQUAL) = { EQUAL_INT };

specializing op(_SPECIALIZE_LESS, (left, right -- left, right)) {
    SPECIALIZE(left, right, LESS_INT, LESS_FLOAT);
}

specializing op(_SPECIALIZE_LESS_EQUAL, (left, right -- left, right)) {
    SPECIALIZE(left, right, LESS_EQUAL_INT, LESS_EQUAL_FLOAT);
}

specializing op(_SPECIALIZE_EQUAL, (left, right -- left, right)) {
    SPECIALIZE(left, right, EQUAL_INT, EQUAL);
}

tier1 op(_LESS, (left, right -- result)) {
    bool is_less;
    bool good = pebble_compare(vm, false, left, right, &is_less);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = MAKE_BOOL(is_less);
}

tier1 op(_LESS_EQUAL, (left, right -- result)) {
    bool is_less;
    bool good = pebble_compare(vm, true, left, right, &is_less);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = MAKE_BOOL(is_less);
}

tier1 op(_EQUAL, (left, right -- result)) {
    bool is_equal = pebble_equal(left, right);
    INPUTS_DEAD();
    result = MAKE_BOOL(is_equal);
}

op(_LESS_INT, (left, right -- result)) {
    result = MAKE_BOOL(INT(left) < INT(right));
    INPUTS_DEAD();
}

op(_LESS_EQUAL_INT, (left, right -- result)) {
    result = MAKE_BOOL(INT(left) <= INT(right));
    INPUTS_DEAD();
}

op(_EQUAL_INT, (left, right -- result)) {
    result = MAKE_BOOL(INT(left) == INT(right));
    INPUTS_DEAD();
}

op(_LESS_FLOAT, (left, right -- result)) {
    result = MAKE_BOOL(FLOAT(left) < FLOAT(right));
    INPUTS_DEAD();
}

op(_LESS_EQUAL_FLOAT, (left, right -- result)) {
    result = MAKE_BOOL(FLOAT(left) <= FLOAT(right));
    INPUTS_DEAD();
}

macro(LESS) = _SPECIALIZE_LESS + _LESS;
macro(LESS_EQUAL) = _SPECIALIZE_LESS_EQUAL + _LESS_EQUAL;
macro(EQUAL) = _SPECIALIZE_EQUAL + _EQUAL;
macro(LESS_INT) = _GUARD_INTS + _LESS_INT;
macro(LESS_EQUAL_INT) = _GUARD_INTS + _LESS_EQUAL_INT;
macro(EQUAL_INT) = _GUARD_INTS + _EQUAL_INT;
macro(LESS_FLOAT) = _GUARD_FLOATS + _LESS_FLOAT;
macro(LESS_EQUAL_FLOAT) = _GUARD_FLOATS + _LESS_EQUAL_FLOAT;

// ---- Jumps. Compiled code leaves for its own other parts, so a jump is an exit whose target is a micro-op.

tier1 inst(JUMP_IF_FALSE, (condition --)) {
    bool jumps = !TRUTH(condition);
    DEAD(condition);
    if (jumps) {
        next_instr += oparg;
    }
}

tier1 inst(JUMP, (--)) {
    next_instr += oparg;
}

// Loops count, and are compiled when they have run long enough.
tier1 inst(JUMP_BACKWARD, (unused/1, loop/1 --)) {
    next_instr -= oparg;
    if (--this_instr[1].cache == 0) {
        LOOP_IS_HOT(loop);
        DISPATCH();
    }
}

tier2 op(_JUMP, (--)) {
    JUMP_AWAY();
}

tier2 op(_JUMP_IF_FALSE, (condition --)) {
    bool jumps = !TRUTH(condition);
    DEAD(condition);
    AT_END_EXIT_IF(jumps);
}

tier2 op(_JUMP_IF_TRUE, (condition --)) {
    bool jumps = TRUTH(condition);
    DEAD(condition);
    AT_END_EXIT_IF(jumps);
}

// A comparison and the jump that follows it.
tier2 op(_JUMP_UNLESS_LESS_INT, (left, right --)) {
    bool jumps = INT(left) >= INT(right);
    INPUTS_DEAD();
    AT_END_EXIT_IF(jumps);
}

tier2 op(_JUMP_UNLESS_LESS_EQUAL_INT, (left, right --)) {
    bool jumps = INT(left) > INT(right);
    INPUTS_DEAD();
    AT_END_EXIT_IF(jumps);
}

tier2 op(_JUMP_UNLESS_EQUAL_INT, (left, right --)) {
    bool jumps = INT(left) != INT(right);
    INPUTS_DEAD();
    AT_END_EXIT_IF(jumps);
}

tier2 op(_JUMP_UNLESS_LESS_FLOAT, (left, right --)) {
    bool jumps = !(FLOAT(left) < FLOAT(right));
    INPUTS_DEAD();
    AT_END_EXIT_IF(jumps);
}

tier2 op(_JUMP_UNLESS_LESS_EQUAL_FLOAT, (left, right --)) {
    bool jumps = !(FLOAT(left) <= FLOAT(right));
    INPUTS_DEAD();
    AT_END_EXIT_IF(jumps);
}

// ---- Arrays

family(INDEX, 1) = { INDEX_ARRAY };
family(STORE_INDEX) = { STORE_INDEX_ARRAY };

tier1 op(_NEW_ARRAY_1, (items[oparg] -- array)) {
    Value made = NEW_ARRAY_OF(items, oparg);
    DEAD(items);
    array = made;
}

tier2 op(_NEW_ARRAY, (items[oparg] -- array)) {
    uint64_t made = NEW_ARRAY_OF(items, oparg);
    DEAD(items);
    array = made;
}

specializing op(_SPECIALIZE_INDEX, (object, index -- object, index)) {
    SPECIALIZE_INDEX(object, index, INDEX_ARRAY);
}

specializing op(_SPECIALIZE_STORE_INDEX, (value, object, index -- value, object, index)) {
    SPECIALIZE_INDEX(object, index, STORE_INDEX_ARRAY);
}

tier1 op(_INDEX, (object, index -- result)) {
    Value item;
    bool good = pebble_index(vm, object, index, &item);
    INPUTS_DEAD();
    ERROR_IF(!good);
    result = item;
}

tier1 op(_STORE_INDEX, (value, object, index --)) {
    bool good = pebble_store_index(vm, object, index, value);
    INPUTS_DEAD();
    ERROR_IF(!good);
}

tier1 op(_GUARD_ARRAY_INT, (object, index -- object, index)) {
    EXIT_IF(!IS_ARRAY(object) || !IS_INT(index));
}

// Compiled code needs to know what it will find.
tier1 op(_RECORD_TYPE, (result -- result)) {
    this_instr[1].cache = (uint32_t)result.tag;
}

tier1 op(_INDEX_ARRAY, (object, index -- result)) {
    EXIT_IF((uint64_t)INT(index) >= (uint64_t)ARRAY(object)->length);
    result = ARRAY(object)->items[INT(index)];
    INPUTS_DEAD();
}

tier2 op(_INDEX_ARRAY_OF, (tag/2, object, index -- result)) {
    EXIT_IF((uint64_t)INT(index) >= (uint64_t)ARRAY(object)->length);
    EXIT_IF(ARRAY(object)->items[INT(index)].tag != tag);
    result = ARRAY(object)->items[INT(index)].payload;
    INPUTS_DEAD();
}

tier2 op(_INDEX_STRING, (object, index -- result)) {
    EXIT_IF((uint64_t)INT(index) >= (uint64_t)STRING(object)->length);
    result = MAKE_INT((unsigned char)STRING(object)->bytes[INT(index)]);
    INPUTS_DEAD();
}

tier1 op(_STORE_INDEX_ARRAY, (value, object, index --)) {
    EXIT_IF((uint64_t)INT(index) >= (uint64_t)ARRAY(object)->length);
    ARRAY(object)->items[INT(index)] = value;
    INPUTS_DEAD();
}

tier2 op(_STORE_INDEX_ARRAY_OF, (tag/2, value, object, index --)) {
    EXIT_IF((uint64_t)INT(index) >= (uint64_t)ARRAY(object)->length);
    ARRAY(object)->items[INT(index)].payload = value;
    ARRAY(object)->items[INT(index)].tag = tag;
    INPUTS_DEAD();
}

macro(NEW_ARRAY) = _NEW_ARRAY_1;
macro(INDEX) = unused/1 + _SPECIALIZE_INDEX + _INDEX + _RECORD_TYPE;
macro(INDEX_ARRAY) = unused/1 + _GUARD_ARRAY_INT + _INDEX_ARRAY + _RECORD_TYPE;
macro(STORE_INDEX) = _SPECIALIZE_STORE_INDEX + _STORE_INDEX;
macro(STORE_INDEX_ARRAY) = _GUARD_ARRAY_INT + _STORE_INDEX_ARRAY;

// ---- Calls

tier1 inst(CALL, (number/1, arguments[oparg] --)) {
    Value *base = arguments;
    DEAD(arguments);
    SYNC_SP();
    ENTER(vm->functions[number], base);
    DISPATCH();
}

tier1 inst(RETURN, (value --)) {
    Value returned = value;
    DEAD(value);
    SYNC_SP();
    LEAVE(returned);
    DISPATCH();
}

tier1 inst(CALL_BUILTIN, (result_type/1, number/1, arguments[oparg] -- result)) {
    Value returned;
    bool good = pebble_call_builtin(vm, number, arguments, &returned);
    DEAD(arguments);
    ERROR_IF(!good);
    this_instr[1].cache = (uint32_t)returned.tag;
    (void)result_type;
    result = returned;
}

// Where a function begins: its stack is behind its locals.
tier2 op(_ENTER, (locals_size/2, frame_size/2 --)) {
    EXIT_IF(!HAS_ROOM(frame_size));
    SET_STACK(locals_size);
}

// The result's tag is left in memory, for _GUARD_RESULT.
tier2 op(_CALL, (function/4, arguments[oparg] -- result)) {
    Value returned = CALL_FUNCTION(function, arguments);
    FINISH_CALL(returned, arguments);
    arguments[0].tag = returned.tag;
    DEAD(arguments);
    result = returned.payload;
}

// What fails does so before it does anything: the interpreter fails in the same way.
tier2 op(_CALL_BUILTIN, (number/2, arguments[oparg] -- result)) {
    Value returned;
    bool good = pebble_call_builtin(vm, number, arguments, &returned);
    EXIT_IF(!good);
    arguments[0].tag = returned.tag;
    DEAD(arguments);
    result = returned.payload;
}

tier2 op(_GUARD_RESULT, (tag/2, result -- result)) {
    EXIT_IF(stack_pointer[RESULT_PLACE].tag != tag);
}

tier2 op(_RETURN, (tag/2, value --)) {
    uint64_t payload = value;
    DEAD(value);
    RETURN_VALUE(payload, tag);
}

// ---- Leaving compiled code: the interpreter goes on

tier2 op(_EXIT, (record/4 --)) {
    SYNC_SP();
    LEAVE_COMPILED(record);
}

// What a function does until it is compiled.
tier2 op(_INTERPRET, (function/4 --)) {
    INTERPRET(function);
}

tier2 op(_SPILL_OR_RELOAD, (--)) {
}

// ---- More that compiled code does in one step

tier2 op(_ADD_INT_SMALL, (number/2, left -- result)) {
    int64_t sum;
    EXIT_IF(__builtin_add_overflow(INT(left), (int64_t)number, &sum));
    DEAD(left);
    result = MAKE_INT(sum);
}

tier2 op(_SUBTRACT_INT_SMALL, (number/2, left -- result)) {
    int64_t difference;
    EXIT_IF(__builtin_sub_overflow(INT(left), (int64_t)number, &difference));
    DEAD(left);
    result = MAKE_INT(difference);
}

tier2 op(_SQRT, (value -- result)) {
    result = MAKE_FLOAT(__builtin_sqrt(FLOAT(value)));
    DEAD(value);
}

tier2 op(_FLOAT_OF_INT, (value -- result)) {
    result = MAKE_FLOAT(FLOAT_OF_INT(INT(value)));
    DEAD(value);
}

tier2 op(_LENGTH, (array -- result)) {
    result = MAKE_INT(ARRAY(array)->length);
    DEAD(array);
}

label(error) {
    return INTERPRETER_ERROR();
}
