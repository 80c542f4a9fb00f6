/* What the micro-ops of control_flow.c call. */
enum { SWITCH = 64, LOCAL, CHECK };
IMPORTED void give_up(word a, word b) __attribute__((noreturn));
static __attribute__((noinline)) word own(Machine *machine, word value) {
  if (value == 0)
    return 1;
  value = --machine->memory[2];
  if (value != 0)
    return value;
  return helper(value, 5);
}
