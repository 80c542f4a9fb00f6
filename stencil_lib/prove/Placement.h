// A stencil at an address of the guest with its holes filled.
#ifndef STENCILGEN_PROVE_PLACEMENT_H
#define STENCILGEN_PROVE_PLACEMENT_H

#include "prove/State.h"
#include "prove/StencilCode.h"
#include <map>

namespace stencilgen::prove {

/// What fills holes, by name, the same for all stencils that are compared.
struct HoleNames {
  std::map<std::string, unsigned> Symbols; ///< the interpreter's, numbered
  std::map<std::string, unsigned> Exits;   ///< hole values that are branched to, but for CONTINUE
  std::vector<std::string> Numbers;        ///< all other hole values
};

/// Where a stencil can go, as names.
struct Destination {
  enum Kind : uint8_t { Continue, Exit, Return, Symbol, Other } What;
  unsigned Index = 0;   ///< of the exit or symbol
  uint64_t Address = 0; ///< of Other
  bool operator==(const Destination &) const = default;
};

/// A stencil in one of the guest's slots.
struct PlacedStencil {
  const StencilCode *Code;
  const GuestLayout *Layout;
  const HoleNames *Names;
  unsigned Slot;
  uint64_t CodeAddress, CodeEnd, DataAddress;
  std::vector<uint8_t> CodeBytes, DataBytes; ///< patched

  /// A value as any other stencil would have it: addresses of the frame, code and data become what they lead
  /// to.
  uint64_t canonical(uint64_t Value) const;

  Destination destinationOf(uint64_t Address) const;
};

uint64_t symbolAddress(const GuestLayout &Layout, unsigned Index);

/// True for a hole value that is an argument of an instruction: 16 bits, that mostly count something.
bool isSmallNumber(llvm::StringRef Name);

/// A number of 64 bits for a hole. \param Kind  0 to 9: a pointer, small, of 16, 32 or 64 bits, or one with
/// bits that code must not look at above a small one
uint64_t numberOfKind(unsigned Kind, uint64_t Hash, const GuestLayout &Layout);

/// The number that fills the holes with this name. Names that differ in what stands behind the last
/// underscore (16, 32, 64, HI, LO, HIGH, LOW) are parts of one number.
uint64_t holeNumber(llvm::StringRef Name, const State &S, const HoleNames &Names, const GuestLayout &Layout);

/// Fills the holes of \p Code for the slot. Errors: code or data that is too big, a value out of a fixup's
/// range.
llvm::Expected<PlacedStencil> placeStencil(const StencilCode &Code, const GuestLayout &Layout,
                                           const HoleNames &Names, unsigned Slot, const State &S,
                                           unsigned CodeAlignment);

} // namespace stencilgen::prove

#endif
