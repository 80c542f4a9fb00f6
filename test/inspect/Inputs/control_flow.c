
        // A jump table: in the data, or behind the code.
        case SWITCH: {
            switch (stack[-1] & 7) {
                case 0: stack[-1] = helper(1, 0); break;
                case 1: stack[-1] = helper(2, 10) + 3; break;
                case 2: machine->memory[1] = helper(7, 2); break;
                case 3: stack[-2] -= helper(4, 40); break;
                case 4: machine->far = helper(9, oparg); break;
                case 5: stack[-1] ^= helper(0, 1); break;
                case 6: stack[-3] += machine->far; break;
                default: ++shared; break;
            }
            break;
        }

        // A function of the stencil's own, which returns by a condition where the processor can.
        case LOCAL: {
            stack[-1] = own(machine, stack[-1]) + own(machine, oparg);
            machine->memory[0] = own(machine, operand);
            break;
        }

        // A function that does not return, with another depth of the stack than what stands behind its call.
        case CHECK: {
            if (__builtin_expect(stack[-1] == 7, 0)) {
                give_up(helper(stack[-1], 1), helper(2, stack[-2]));
            }
            if (stack[-1] == 8) {
                stack[-1] = helper(stack[-2], oparg) + helper(stack[-1], oparg);
            }
            if (stack[-2] == 9) {
                give_up(1, 2);
            }
            break;
        }
