// Memory in which stencils save a value of theirs for what they call.
#ifndef STENCILGEN_SUPPORT_SAVESLOT_H
#define STENCILGEN_SUPPORT_SAVESLOT_H

#include <cstdint>
#include <string>

namespace stencilgen {

/// A word of memory that belongs to the stencil that runs: what it calls may read it and leaves it as it is,
/// a stencil finds nothing in it that it needs, and leaves nothing in it that is needed as long as it passes
/// the parameter on.
struct SaveSlot {
  std::string Region;     ///< what it is, for people
  unsigned Parameter = 0; ///< of the stencils' function: a pointer, from which the offset counts
  uint64_t Offset = 0;    ///< bytes
  std::string Convention; ///< how parameters are passed: "c", or clang's "preserve_none"

  bool operator==(const SaveSlot &) const = default;
};

} // namespace stencilgen

#endif
