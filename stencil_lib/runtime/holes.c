/* What fills a hole, as far as the set of stencils says; for patching, fast or careful, and for preparing it.
 */
#include "internal.h"

uint8_t sg_slot_of(const sg_source *source) {
  static const uint8_t first[SG_SOURCES] = {SG_SLOT_OPERAND, SG_SLOT_TARGET, SG_SLOT_TRACE};
  return (uint8_t)(first[source->source] + source->index);
}

uint64_t sg_mask_of(const sg_source *source) {
  return source->width == 64 ? UINT64_MAX : ((uint64_t)1 << source->width) - 1;
}

uint64_t sg_hole_constant(const sg_stencils *s, const sg_hole *hole) {
  return (uint64_t)s->tables->addends[hole->addend] +
         (hole->symbol == SG_NO_SYMBOL ? 0 : s->symbols[hole->symbol]);
}

int sg_relax_x86_64(uint8_t *code, unsigned offset) {
  if (offset < 2)
    return 0;
  uint8_t *at = code + offset;
  if (at[-2] == 0x8b) { /* mov reg, [rip + slot] -> lea reg, [rip + target] */
    at[-2] = 0x8d;
  } else if (at[-2] == 0xff && at[-1] == 0x15) { /* call [rip + slot] -> nop; call target */
    at[-2] = 0x90;
    at[-1] = 0xe8;
  } else if (at[-2] == 0xff && at[-1] == 0x25) { /* jmp [rip + slot] -> nop; jmp target */
    at[-2] = 0x90;
    at[-1] = 0xe9;
  } else {
    return 0;
  }
  return 1;
}
