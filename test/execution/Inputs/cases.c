// The micro-ops of the execution tests. run_stencils.py says in Python what each does.

        case PUSH: {
            *stack++ = oparg + operand;
            break;
        }

        case ADD: {
            --stack;
            stack[-1] += stack[0];
            break;
        }

        case MIX: {
            --stack;
            stack[-1] = (stack[-1] * 31 ^ stack[0] >> 3) - (stack[0] < stack[-1]);
            break;
        }

        case LOAD: {
            *stack++ = machine->memory[oparg];
            break;
        }

        case STORE: {
            machine->memory[oparg] = *--stack;
            break;
        }

        case FAR: {
            stack[-1] += machine->far++;
            break;
        }

        case CALL: {
            stack[-1] = helper(stack[-1], oparg);
            break;
        }

        case GLOBAL: {
            stack[-1] += ++shared;
            break;
        }

        case CONSTANT: {
            static const short primes[8] = {2, 3, 5, 7, 11, 13, 17, 19};
            stack[-1] = primes[stack[-1] & 7] + "stencil"[stack[-1] & 7];
            break;
        }

        case POINTER: {
            static word *const table[3] = {&words[2], &shared, &words[1]};
            stack[-1] = *table[stack[-1] % 3U];
            break;
        }

        case COUNT: {
            static const volatile word count = 40, zero = 0;
            stack[-1] += count + zero;
            break;
        }

        case BRANCH: {
            if (--stack[-1] > 0) {
                JUMP_TO(_JIT_JUMP_TARGET);
            }
            break;
        }

        case TAIL: {
            Code *next = machine->next;
            __attribute__((musttail)) return next(machine, stack);
        }

        case EXIT: {
            return stack;
        }
