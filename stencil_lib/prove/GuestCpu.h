// The processors that stencils are run on: registers by LLVM's names and by Unicorn's numbers, and what the C
// calling convention does with them.
//
// Unicorn emulates the processors and nothing else: no system, no C library. What is known here comes from
// the psABI documents (System V AMD64 section 3.2.3, i386 section 2.2, AAPCS64 section 6, AAPCS32 section 6,
// RISC-V calling conventions, s390x ELF ABI section 1.2) and from Microsoft's "x64 calling convention".
#ifndef STENCILGEN_PROVE_GUESTCPU_H
#define STENCILGEN_PROVE_GUESTCPU_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stencilgen::prove {

/// A register as a whole.
struct GuestRegister {
  std::string Name; ///< LLVM's, of its widest form that matters here: "RAX", "X0", "XMM0"
  int Id;           ///< Unicorn's number
  bool IsFloat = false;
};

/// A register as an instruction names it: a part of a whole one.
struct RegisterPart {
  unsigned Index; ///< into GuestCpu::Registers
  unsigned Bits;  ///< how many
  unsigned Shift; ///< from which on
};

using RegisterList = llvm::SmallVector<unsigned, 16>; ///< indexes into GuestCpu::Registers

/// One processor with its C calling convention.
struct GuestCpu {
  int Architecture, Mode; ///< uc_arch, uc_mode
  unsigned WordSize;      ///< bytes of an address
  bool IsBigEndian = false;
  std::vector<GuestRegister> Registers = {};
  int ProgramCounter = 0;                      ///< Unicorn's number
  unsigned StackPointer = 0, FramePointer = 0; ///< indexes
  std::optional<unsigned> Link = std::nullopt; ///< where calls leave the return address; none: on the stack
  RegisterList Arguments = {}, FloatArguments = {}; ///< in order
  RegisterList NoneKept = {};                       ///< in order: of clang's convention preserve_none
  RegisterList Results = {};                        ///< what a function may return in
  RegisterList CallerSaved = {}, CalleeSaved = {};  ///< FramePointer, StackPointer and Link are in neither
  unsigned AboveStack = 0;       ///< bytes from the stack pointer on entry that belong to the callee
  unsigned StackArguments = 0;   ///< bytes from the stack pointer at a call to the arguments on the stack
  unsigned EntryAlignment = 0;   ///< stack pointer on entry modulo 16
  bool ArgumentsOnStack = false; ///< all of them (i386)
  /// What else has to have a certain value before each run: Unicorn's number and the value.
  std::vector<std::pair<int, uint64_t>> Status = {};

  /// The register with this name of LLVM's, or the part of one; none for what no stencil's meaning depends on
  /// (flags, segment and status registers).
  std::optional<RegisterPart> part(llvm::StringRef LLVMName) const;
};

/// The processor of a target. Errors: Unicorn does not emulate it, or not what stencils need of it.
llvm::Expected<GuestCpu> guestCpuFor(const llvm::Triple &Target);

/// True where this stencilgen was built with Unicorn.
bool hasEmulator();

} // namespace stencilgen::prove

#endif
