// From the C calling convention to that of the stencils: calls code that was compiled.
#include "stencil.h"

Value _JIT_ENTRY(VM *vm, Value *locals, const void *code) {
  return ((Compiled)code)(vm, locals, locals WITHOUT_ITEMS);
}
