/* Each micro-op is compiled in the place of the marker. */
#include "machine.h"

__attribute__((preserve_none)) word *_JIT_ENTRY(Machine *machine, word *stack) {
  PATCH_VALUE(unsigned short, oparg, _JIT_OPARG);
  PATCH_VALUE(word, operand, _JIT_OPERAND0);
  switch (_JIT_OPCODE) {
    CASE
  }
  JUMP_TO(_JIT_CONTINUE);
}
