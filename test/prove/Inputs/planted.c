// Micro-ops with a mistake in each, where WRONG is 1: what wrong compilers and patchers were seen to make.

        case PUSH: { /* an operand of more than 16 bits is cut */
            *stack++ = WRONG ? (unsigned short)operand : operand;
            break;
        }

        case ADD: { /* the bits of a number are converted in place of copied */
            union { long bits; double number; } item = {.bits = stack[-1]};
            stack[-1] = WRONG ? (long)item.number : item.bits;
            break;
        }

        case ONE: { /* two pointers are taken to lead to different places, which they need not */
            long *first = (long *)stack[-1], *second = (long *)stack[-2];
            long kept = *first;
            *second = oparg;
            stack[-1] = WRONG ? kept : *first;
            break;
        }

        case TWO: { /* a symbol's address has 32 bits only */
            uintptr_t address = (uintptr_t)&second_helper;
            stack[-1] = WRONG ? (long)(unsigned)address : (long)address;
            break;
        }

        case THREE: { /* nothing is wrong */
            stack[-1] = first_helper(stack[-1]);
            break;
        }
