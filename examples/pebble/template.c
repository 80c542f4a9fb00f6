// What surrounds each micro-op: stencilgen puts its case in the place of CASE and compiles the function once for each.
#include "stencil.h"

CONVENTION Value _JIT_ENTRY(PARAMETERS) {
  uintptr_t oparg;
  switch (_JIT_OPCODE) {
    CASE
    default:
      __builtin_unreachable();
  }
  __attribute__((musttail)) return _JIT_CONTINUE(ARGUMENTS);
}
