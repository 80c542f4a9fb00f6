// What lets a debugger walk the stack through stencils: they leave the frame pointer of the shim alone, and
// the shim says where it saved what.
#ifndef STENCILGEN_STENCIL_FRAMECHECKS_H
#define STENCILGEN_STENCIL_FRAMECHECKS_H

#include "ObjectImage.h"
#include "arch/MachineCode.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// How the frame of the shim's caller is found from any place that the shim called (DWARF version 5,
/// section 6.4). Registers are DWARF's numbers.
struct UnwindInfo {
  uint64_t CodeAlignmentFactor;
  int64_t DataAlignmentFactor;
  uint64_t ReturnAddressRegister;
  uint64_t CFARegister;
  int64_t CFAOffset; ///< bytes from the register to the canonical frame address
  uint64_t FramePointerRegister;
  int64_t FramePointerOffset;  ///< from the canonical frame address, in units of DataAlignmentFactor
  int64_t ReturnAddressOffset; ///< likewise
};

/// Checks that no instruction reads or writes the register with LLVM's name \p Register. Errors: the first
/// instruction that does, with its offset and text; code that does not decode; no such register.
llvm::Error checkRegisterUntouched(const ObjectImage &Image, llvm::StringRef Register,
                                   const MachineCode &Machine);

/// Reads the shim's object file (ELF). \p FramePointer is LLVM's name of the register. Errors: a damaged
/// file; no function \p Entry; not exactly one call in it; no unwind table for it; a row at the call that
/// does not save frame pointer and return address at multiples of the data alignment factor.
llvm::Expected<UnwindInfo> readUnwindInfo(llvm::StringRef Object, llvm::StringRef FramePointer,
                                          const MachineCode &Machine);

} // namespace stencilgen

#endif
