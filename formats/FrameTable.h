// How frames are unwound, as an object file says (DWARF version 5, section 6.4; .eh_frame).
#ifndef STENCILGEN_FORMATS_FRAMETABLE_H
#define STENCILGEN_FORMATS_FRAMETABLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBufferRef.h"
#include <optional>

namespace stencilgen {

/// The rule of one place in the code. Registers are DWARF's numbers; the CFA is the canonical frame address.
struct FrameRule {
  uint64_t CodeAlignmentFactor;
  int64_t DataAlignmentFactor;
  uint64_t ReturnAddressRegister;
  uint64_t CFARegister;
  int64_t CFAOffset;                    ///< bytes from the register to the CFA
  std::optional<int64_t> SavedRegister; ///< bytes from the CFA to where the register asked for is saved
  std::optional<int64_t> ReturnAddress; ///< likewise of the return address
};

/// The bytes of the only section of code with bytes, which live as long as \p Object. Errors: a damaged file;
/// no such section, or more than one.
llvm::Expected<llvm::ArrayRef<uint8_t>> onlyCode(llvm::MemoryBufferRef Object);

/// The rule for the code at \p Offset of that section, with the place of \p Register (DWARF's number); none
/// when no table covers it. Errors: a damaged file or table; a rule that does not count from a register.
llvm::Expected<std::optional<FrameRule>> frameRuleAt(llvm::MemoryBufferRef Object, uint64_t Offset,
                                                     uint64_t Register);

} // namespace stencilgen

#endif
