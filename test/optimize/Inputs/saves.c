        case PUSH: {
            machine->saved = stack;
            stack[0] = stack[1];
            break;
        }

        case ADD: {
            machine->saved = stack;
            stack[-1] = first_helper(stack[-1]);
            stack = machine->saved;
            machine->saved = stack;
            stack[-2] = second_helper(stack[-1]);
            stack = machine->saved;
            break;
        }

        case BRANCH: {
            machine->saved = stack;
            if (--*(int *)stack[-1] == 0) {
                first_helper(stack[-1]);
            }
            stack = machine->saved;
            break;
        }

        case ONE: {
            machine->saved = stack;
            stack[0] = 1;
            machine->saved = stack + 1;
            return 7;
        }

        case TWO: {
            stack[0] = ((int *)&machine->saved)[1] * 3;
            machine->saved = stack;
            break;
        }

        case THREE: {
            stack[0] = (long)machine->saved * 3;
            break;
        }
