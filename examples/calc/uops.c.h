// The calculator's micro-ops, one switch case each. `operand` is the instruction's number, `sp` points one
// past the top of the stack.
// clang-format off

        case PUSH: {
            *sp++ = operand;
            break;
        }

        case ADD: {
            sp[-2] += sp[-1];
            sp--;
            break;
        }

        case SUBTRACT: {
            sp[-2] -= sp[-1];
            sp--;
            break;
        }

        case MULTIPLY: {
            sp[-2] *= sp[-1];
            sp--;
            break;
        }

        case DUPLICATE: {
            sp[0] = sp[-1];
            sp++;
            break;
        }

        case SWAP: {
            int64_t top = sp[-1];
            sp[-1] = sp[-2];
            sp[-2] = top;
            break;
        }

        case REPEAT_IF_POSITIVE: {
            if (sp[-1] > 0) {
                JUMP_TO(_JIT_JUMP_TARGET);
            }
            break;
        }

        case PRINT: {
            calc_print(*--sp);
            break;
        }

        case RETURN: {
            return sp[-1];
        }
