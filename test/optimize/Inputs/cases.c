        case PUSH: {
            *stack++ = oparg + operand;
            break;
        }

        case ADD: {
            stack[-1] = stack[oparg + 3];
            break;
        }

        case BRANCH: {
            if ((int)stack[-1] != (int)operand) {
                JUMP_TO(_JIT_JUMP_TARGET);
            }
            break;
        }

        case COUNT: {
            if ((oparg & 1) == 0) {
                stack[0] = 5;
            }
            break;
        }

        case ONE: {
            for (int i = oparg; --i >= 0;) {
                stack[i] = stack[i + 1] + i;
            }
            break;
        }

        case TWO: {
            stack[-1] = first_helper(oparg - 70000);
            break;
        }

        case THREE: {
            ((struct Machine *)machine)->saved = stack;
            if (--*(int *)stack[-1] == 0) {
                first_helper(stack[-1]);
            }
            stack = ((struct Machine *)machine)->saved;
            break;
        }
