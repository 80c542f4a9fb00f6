// The part of a target that says how its object files become stencils.
#ifndef STENCILGEN_INTERPRETERS_LAYOUTPROFILE_H
#define STENCILGEN_INTERPRETERS_LAYOUTPROFILE_H

#include "support/Json.h"
#include <cstdint>
#include <string>
#include <vector>

namespace stencilgen {

/// Where the sections of an object file come to lie in code and data.
enum class SectionPlacement : uint8_t {
  Packed,      ///< right after each other
  Aligned,     ///< sections of data at multiples of their alignment
  AtAddresses, ///< code and data together as their addresses in the file say; data begins where code ends
};

struct LayoutProfile {
  std::string SymbolPrefix;   ///< what the object format puts before C names
  uint64_t CodeAlignment = 1; ///< bytes; code is filled up with nops to a multiple of it
  std::vector<uint8_t> Nop;
  SectionPlacement Sections = SectionPlacement::Packed;
  /// Bytes; the JIT places data anywhere, the processor reads up to this from anywhere.
  uint64_t MaxDataAlignment = 1;
  bool DropTrailingJump = true;   ///< a jump at the end to the code that follows is left out
  bool KeepUnalignedJump = false; ///< but not where the code before it is no multiple of CodeAlignment
  bool DropSlotJump = false; ///< also x86-64's jump through a data slot, `jmp *slot(%rip)` without a prefix
  bool InlineTrampolines = false; ///< a branch to a symbol goes to instructions behind the code that reach it
  /// Symbols that need trampolines are numbered from the last hole of a stencil to the first: the order of
  /// the relocations in a Mach-O file.
  bool DescendingOrdinals = false;
  bool OptimizeBlocks = false; ///< lay out basic blocks anew, see stencil/LayoutOptimizer.h
  /// Hole values of at most 32 bits that go into immediate operands, not through a data slot.
  std::vector<std::string> SmallConstants;
};

/// Reads it from the members of a target. Errors are recorded in its document.
LayoutProfile readLayoutProfile(JsonObject Target);

} // namespace stencilgen

#endif
