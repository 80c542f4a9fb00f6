// The micro-ops of the tests' interpreter.

        case PUSH: {
            *stack++ = oparg + operand;
            break;
        }

        case ADD: {
            --stack;
            stack[-1] += stack[0];
            break;
        }

        case CALL_TWICE: {
            stack[-1] = second_helper(first_helper(second_helper(stack[-1])));
            break;
        }

        /* case COMMENTED_OUT: { */
        case BRANCH: {
            if (stack[-1]) {
                JUMP_TO(_JIT_JUMP_TARGET);
            }
            break;
        }

        case CHECK_A: {
            fail("only in A", "shared one");
            fail("shared two", __func__);
            break;
        }

        case CHECK_B: {
            fail("shared two", "only in B");
            fail(__func__, "shared one");
            break;
        }

        case COUNT: {
            static const volatile long count = 3, zero = 0;
            stack[0] = count + zero;
            break;
        }
