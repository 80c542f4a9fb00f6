// What can be told of a stencil's code without running it: where it compares, where it branches, what
// registers it expects and what it hands to calls.
#ifndef STENCILGEN_PROVE_STENCILCODE_H
#define STENCILGEN_PROVE_STENCILCODE_H

#include "arch/MachineCode.h"
#include "inspect/DecodedCode.h"
#include "prove/GuestCpu.h"
#include <set>

namespace stencilgen::prove {

/// Registers by their index in GuestCpu::Registers, a bit each.
using RegisterSet = uint64_t;

inline RegisterSet setOf(const RegisterList &List) {
  RegisterSet Set = 0;
  for (unsigned Index : List)
    Set |= RegisterSet(1) << Index;
  return Set;
}

/// One instruction, beside its line in DecodedCode.
struct CodeFacts {
  RegisterSet Reads = 0, Writes = 0, ExplicitWrites = 0;
  bool IsConditional = false; ///< a branch that is taken or not
  bool IsCompare = false;     ///< decides a branch or another instruction that depends on a condition
  bool ReadsMemory = false;
  llvm::SmallVector<RegisterPart, 2> Operands; ///< of a comparison: registers
  llvm::SmallVector<uint64_t, 2> Constants;    ///< likewise
};

/// What the registers of arguments hold where a call is.
struct CallSite {
  size_t Line;
  std::string Callee;   ///< the symbol; empty: an address that was computed
  RegisterSet Defined;  ///< hold a value on every way
  RegisterSet Definite; ///< were written for nothing else: the value was not read before the call
  bool Returns = true;
};

struct StencilCode {
  const StencilGroup *Group;
  DecodedCode Decoded;
  std::vector<CodeFacts> Facts; ///< of each line
  std::vector<CallSite> Calls;
  std::vector<int32_t> LineAt; ///< by offset; -1: no instruction begins there
  RegisterSet LiveIn = 0;      ///< integer registers that are read before they are written
  std::set<std::string> Exits; ///< hole values that are branched to

  /// Bytes of the code.
  uint64_t size() const { return Group->Code.Bytes.size(); }
};

/// \param Passed  integer registers that hold an argument on entry, for the calls; see readLiveIn
StencilCode readCode(const StencilGroup &Group, DecodedCode Decoded, const MachineCode &Machine,
                     const GuestCpu &Cpu);

/// Fills Calls. \param Passed  the registers that hold something on entry
void readCalls(StencilCode &Code, const GuestCpu &Cpu, RegisterSet Passed);

} // namespace stencilgen::prove

#endif
