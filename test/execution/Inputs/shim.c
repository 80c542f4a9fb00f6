/* From the C calling convention to the first micro-op. */
#include "machine.h"

word *_JIT_ENTRY(Machine *machine, word *stack) {
  extern Code _JIT_CONTINUE;
  return _JIT_CONTINUE(machine, stack);
}
