// Direct branches and calls of each architecture: read, inverted, and written in their short or long form.
#ifndef STENCILGEN_ARCH_BRANCHES_H
#define STENCILGEN_ARCH_BRANCHES_H

#include "FixupKinds.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>

namespace stencilgen {

/// The bytes of one instruction.
using InstructionBytes = llvm::SmallVector<uint8_t, 15>;

/// A direct branch or call without its target.
struct Branch {
  enum Type : uint8_t { Jump, Conditional, Call } Kind;
  uint32_t Code; ///< what the architecture needs to write it again: condition, registers
};

/// A branch as it stands in code.
struct ReadBranch {
  Branch What;
  int64_t
      Displacement; ///< bytes from the start of the instruction to the target; of no meaning under a fixup
};

/// Where and how the linker, or the JIT, fills the target of a branch to a symbol.
struct BranchFixup {
  FixupKind Kind;
  unsigned Offset; ///< bytes from the start of the instruction
  int64_t Addend;
};

/// The branches of an architecture. A long form reaches as far as the architecture has one instruction for.
class BranchCodec {
public:
  virtual ~BranchCodec() = default;
  /// The direct branch or call whose bytes these are, none for every other instruction.
  virtual std::optional<ReadBranch> read(llvm::ArrayRef<uint8_t> Instruction) const = 0;
  /// A conditional branch on the opposite condition, none where there is no such instruction.
  virtual std::optional<Branch> inverted(Branch B) const = 0;
  virtual unsigned size(Branch B, bool Long) const = 0;
  /// True where the form can hold this displacement.
  virtual bool reaches(Branch B, bool Long, int64_t Displacement) const = 0;
  /// The bytes of the form. \p Displacement must be one that it reaches.
  virtual InstructionBytes write(Branch B, bool Long, int64_t Displacement) const = 0;
  /// For the long form; none where the branch cannot go to a symbol.
  virtual std::optional<BranchFixup> fixup(Branch B) const = 0;
};

/// x86-64, or i386.
const BranchCodec &branchesX86(bool Is64Bit);
const BranchCodec &branchesAArch64();

} // namespace stencilgen

#endif
