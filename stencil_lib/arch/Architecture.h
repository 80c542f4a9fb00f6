// What is particular to a processor, as one row of data a processor. Each has a file of its own in this
// folder; whoever needs to know something of a processor asks its row.
#ifndef STENCILGEN_ARCH_ARCHITECTURE_H
#define STENCILGEN_ARCH_ARCHITECTURE_H

#include "FixupKinds.h"
#include "arch/Branches.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrDesc.h"
#include "llvm/TargetParser/Triple.h"

namespace stencilgen {

/// A jump at the end of a stencil that can be left out where it leads to the code right behind it.
struct TrailingJump {
  FixupKind Kind;
  int64_t Addend;
  uint64_t HoleOffset; ///< bytes from the start of the instruction to its hole
  /// Hexadecimal digits of the instruction; x: the field, with any addend that the format keeps there.
  llvm::StringLiteral Encoding;
  bool IsPlainSlotJump = false; ///< left out only for targets with TargetProfile::DropSlotJump
};

/// Reads the target of a branch if LLVM's own analysis does not. None: no direct branch.
/// \param HasAnalysis  LLVM has an analysis for this processor
/// \param Offset       of the branch in the code
using BranchTargetReader = std::optional<uint64_t>(const llvm::MCInst &Inst,
                                                   const llvm::MCInstrDesc &Description, bool HasAnalysis,
                                                   uint64_t Offset);

/// By how many bytes an instruction that writes the stack pointer makes the stack deeper; none if that is not
/// known.
/// \param Form        LLVM's name of the instruction
/// \param Immediates  its constants
using StackGrowth = std::optional<int64_t>(llvm::StringRef Form, llvm::ArrayRef<int64_t> Immediates);

/// How many bytes from its own start two instructions lead that together call or jump, by LLVM's names of
/// their forms and their constants; none if they do not.
using PairReader = std::optional<int64_t>(llvm::StringRef FirstForm, llvm::ArrayRef<int64_t> First,
                                          llvm::StringRef SecondForm, llvm::ArrayRef<int64_t> Second);

/// A processor. Members that are not given have the value that fits most processors.
struct Architecture {
  FixupArchitecture Kinds = FixupArchitecture::Any; ///< whose fixup kinds its code has
  llvm::ArrayRef<llvm::Triple::ArchType> Triples = {};

  /// The processor whose instructions are decoded, and its features: the flags may have asked for any
  /// extension of the architecture, and llvm-objdump knows them all as well.
  llvm::StringLiteral Processor = "", Features = "";
  /// LLVM's names of the registers.
  llvm::StringLiteral FramePointer = "", StackPointer = "";
  BranchTargetReader *BranchTarget = nullptr; ///< null: LLVM's analysis is right
  StackGrowth *GrowthOfStack = nullptr;       ///< null: not known
  PairReader *PairDistance = nullptr;         ///< null: no two instructions make one call or jump
  /// The condition of predicated instructions that always holds; none: there are no such instructions.
  std::optional<int64_t> AlwaysHolds = std::nullopt;

  /// Distances count from the end of an instruction, not from its start.
  bool CountsFromEnd = false;
  /// Bytes behind the start of a branch that its distance counts from.
  int64_t BranchOrigin = 0;
  /// Bytes from the start of an instruction to the operand that a fixup fills; distances count from the
  /// start.
  int64_t OperandOffset = 0;
  /// A low part's distance counts from the instruction of its high part, not from its own.
  bool LowCountsFromHigh = false;
  /// A hole is an operand's bytes as they are, so listings can show what fills it as the operand.
  bool HasWholeOperands = false;
  /// ELF files keep addends in the code (SHT_REL), so the bytes of a hole need not be 0.
  bool HasAddendsInCode = false;
  /// Compilers put zeros behind a function, which are no instruction.
  bool HasZerosBehindCode = false;
  /// Bytes before the hole of an instruction that reads a data slot which a JIT rewrites when it makes the
  /// instruction use the value itself; 0: it rewrites all of the instruction, which the hole covers.
  unsigned RelaxedOpcodeBytes = 0;

  llvm::ArrayRef<TrailingJump> TrailingJumps = {};
  /// Direct branches, for laying out code anew; null: its code stays as the compiler laid it out.
  const BranchCodec &(*Branches)() = nullptr;
  /// The enumerator of runtime/sg_tables.h.
  llvm::StringLiteral RuntimeName = "SG_ARCH_OTHER";
};

/// Each name of FIXUP_ARCHITECTURE in FixupKinds.def has a row: Archx.
#define FIXUP_ARCHITECTURE(Name) extern const Architecture Arch##Name;
#include "FixupKinds.def"

/// All of them.
llvm::ArrayRef<const Architecture *> allArchitectures();

/// The row of a triple's processor; for one that has none, a row without anything particular.
const Architecture &architectureOf(const llvm::Triple &Triple);

/// The row of those who have the kind; that without anything particular for a kind that all have.
const Architecture &architectureOf(FixupKind Kind);

} // namespace stencilgen

#endif
