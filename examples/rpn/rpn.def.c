// The instructions of a small stack machine over whole numbers: the definitions `stencilgen lower` reads.
// Read docs/dsl.md for the language; rpn.json says what generated code looks like, rpn.c is the rest of the interpreter.

inst(PUSH, (-- value)) {
    value = frame->constants[oparg];
}

inst(PUSH_SMALL, (-- value)) {
    value = oparg;
}

inst(DUPLICATE, (value -- value, copy)) {
    copy = value;
}

inst(DROP, (unused --)) {
}

op(_ADD, (left, right -- sum)) {
    sum = left + right;
    INPUTS_DEAD();
}

op(_NEGATE, (value -- negated)) {
    negated = -value;
    DEAD(value);
}

macro(ADD) = _ADD;
macro(SUBTRACT) = _NEGATE + _ADD;

inst(MULTIPLY, (left, right -- product)) {
    product = left * right;
    INPUTS_DEAD();
}

// Division looks for powers of two and becomes a shift, until it meets another divisor.
family(DIVIDE, 1) = {
    DIVIDE_SHIFT,
};

specializing op(_SPECIALIZE_DIVIDE, (dividend, divisor -- dividend, divisor)) {
    if (divisor > 0 && (divisor & (divisor - 1)) == 0) {
        this_instr[0].op = DIVIDE_SHIFT;
        this_instr[1].value = (uint16_t)__builtin_ctzl((unsigned long)divisor);
        frame->specialized++;
    }
}

op(_DIVIDE, (dividend, divisor -- quotient)) {
    if (divisor == 0) {
        ERROR_NO_POP();
    }
    quotient = dividend / divisor;
    INPUTS_DEAD();
}

macro(DIVIDE) = unused/1 + _SPECIALIZE_DIVIDE + _DIVIDE;

inst(DIVIDE_SHIFT, (shift/1, dividend, divisor -- quotient)) {
    DEOPT_IF(divisor != 1L << shift || dividend < 0);
    quotient = dividend >> shift;
    INPUTS_DEAD();
}

inst(SUM, (values[oparg] -- total)) {
    total = 0;
    for (int i = 0; i < oparg; i++) {
        total += values[i];
    }
    DEAD(values);
}

inst(PRINT, (value --)) {
    // The call may look at the stack in the frame, so the stack is written there before.
    print_top(frame, value);
    DEAD(value);
}

inst(CHECK, (value --)) {
    int bad = value < 0;
    DEAD(value);
    ERROR_IF(bad);
}

inst(JUMP_IF_NOT_ZERO, (value --)) {
    if (value != 0) {
        next_instr -= oparg;
    }
    DEAD(value);
}

inst(HALT, (value --)) {
    frame->result = value;
    DEAD(value);
    SYNC_SP();
    return 0;
}

label(error) {
    frame->result = -1;
    return 1;
}
