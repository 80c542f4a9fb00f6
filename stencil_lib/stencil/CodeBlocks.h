// Machine code as basic blocks of instructions with their fixups.
#ifndef STENCILGEN_STENCIL_CODEBLOCKS_H
#define STENCILGEN_STENCIL_CODEBLOCKS_H

#include "ObjectImage.h"
#include "arch/Branches.h"
#include "arch/MachineCode.h"
#include <optional>
#include <variant>
#include <vector>

namespace stencilgen {

/// A block by its index in CodeBlocks::Blocks; the index behind the last is the end of the code.
using BlockIndex = size_t;

/// A symbol as the target of a branch.
struct SymbolTarget {
  size_t Symbol; ///< index into ObjectImage::Symbols
  std::string RawRelocation;

  bool operator==(const SymbolTarget &Other) const { return Symbol == Other.Symbol; }
};

using BranchTarget = std::variant<BlockIndex, SymbolTarget>;

/// A direct branch or call to a place in this code, or to a symbol.
struct TargetedBranch {
  Branch What;
  BranchTarget Target;
};

struct CodeInstruction {
  llvm::MCInst Inst;
  InstructionBytes Bytes;
  std::vector<Fixup> Fixups;        ///< offsets from the start of the instruction
  std::optional<BlockIndex> Callee; ///< of a call within the code
};

struct CodeBlock {
  std::vector<CodeInstruction> Body;  ///< all but the branch at the end
  std::optional<TargetedBranch> Tail; ///< no call
  bool FallsThrough = true;           ///< into the next block
  bool IsRoot = false;                ///< reachable from outside
  bool IsLive = true;

  bool isEmpty() const { return Body.empty() && !Tail; }
  bool isJump() const { return Body.empty() && Tail && Tail->What.Kind == Branch::Jump; }
};

/// The one section of code of an image, taken apart.
struct CodeBlocks {
  size_t Section;
  std::vector<CodeBlock> Blocks;                       ///< in the order of the code
  std::vector<std::pair<uint64_t, BlockIndex>> Starts; ///< offsets in the section as it was, ascending
};

} // namespace stencilgen

#endif
