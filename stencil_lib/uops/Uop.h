// Micro-ops and instructions as the analysis knows them: the product of this stage.
#ifndef STENCILGEN_UOPS_UOP_H
#define STENCILGEN_UOPS_UOP_H

#include "dsl/Ast.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringMap.h"
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace stencilgen::uops {

/// One item of a stack effect.
struct StackItem {
  llvm::StringRef Name;
  llvm::StringRef Type;      ///< empty: the interpreter's stack item
  llvm::StringRef Size;      ///< of an array: its expression; empty: a scalar
  llvm::StringRef Condition; ///< empty: always there
  bool Peek = false;         ///< an input that is left in place: it is also the output at the same depth
  bool Used = false;         ///< the body names it

  bool isArray() const { return !Size.empty(); }
  bool isUnused() const { return Name == "unused"; }
};

struct StackEffect {
  std::vector<StackItem> Inputs;  ///< deepest first
  std::vector<StackItem> Outputs; ///< deepest first
};

struct CacheEntry {
  llvm::StringRef Name;
  unsigned Size = 0; ///< in code units of 16 bits
  bool isUnused() const { return Name == "unused"; }
};

/// A call after which the interpreter's state may have changed, so that it must be in memory before.
struct EscapingCall {
  dsl::Token Call;
  std::optional<dsl::Token> Closes; ///< the stack item the call takes, if it is one that closes an item
};

// What is known of a micro-op, a yes or no each. X(member, name in dumps and manifests, how an instruction of
// several parts has it: when any part has it, or when all have it)
#define STENCILGEN_UOP_PROPERTIES(X)                                                                         \
  X(Escapes, "escapes", any)                   /* may run arbitrary code */                                  \
  X(ErrorWithPop, "error_with_pop", any)       /* can fail after its inputs are gone */                      \
  X(ErrorWithoutPop, "error_without_pop", any) /* can fail with its inputs in place */                       \
  X(Deopts, "deopts", any)                     /* DEOPT_IF */                                                \
  X(DeoptsPeriodic, "deopts_periodic", any)    /* HANDLE_PENDING_AND_DEOPT_IF */                             \
  X(SideExit, "side_exit", any)                /* EXIT_IF */                                                 \
  X(SideExitAtEnd, "side_exit_at_end", any)    /* AT_END_EXIT_IF */                                          \
  X(Oparg, "oparg", any)                       /* uses its argument */                                       \
  X(Jumps, "jumps", any)                       /* JUMPBY */                                                  \
  X(EvalBreaker, "eval_breaker", any)          /* checks for pending work */                                 \
  X(EndsWithEvalBreaker, "ends_with_eval_breaker", any)                                                      \
  X(NeedsThis, "needs_this", any)        /* uses this_instr */                                               \
  X(NeedsPrev, "needs_prev", any)        /* uses prev_instr */                                               \
  X(AlwaysExits, "always_exits", any)    /* never reaches its end */                                         \
  X(SyncsStack, "syncs_stack", any)      /* SYNC_SP */                                                       \
  X(UsesConsts, "uses_consts", any)      /* FRAME_CO_CONSTS */                                               \
  X(UsesNames, "uses_names", any)        /* FRAME_CO_NAMES */                                                \
  X(UsesLocals, "uses_locals", any)      /* GETLOCAL */                                                      \
  X(UsesOpcode, "uses_opcode", any)      /* opcode */                                                        \
  X(HasFree, "has_free", any)            /* works on cells */                                                \
  X(RecordsValue, "records_value", any)  /* RECORD_VALUE: runs only while a trace is recorded */             \
  X(SplitOnOparg, "split_on_oparg", any) /* exists only as its two halves, for oparg & 1 */                  \
  X(Pure, "pure", all)                   /* annotated: result depends on the inputs only */                  \
  X(NoSaveIp, "no_save_ip", all)         /* annotated: does not store the instruction pointer */

struct Properties {
#define STENCILGEN_MEMBER(Member, Name, Merge) bool Member = false;
  STENCILGEN_UOP_PROPERTIES(STENCILGEN_MEMBER)
#undef STENCILGEN_MEMBER
  std::optional<unsigned> Tier;       ///< annotated: exists in this tier only
  std::optional<unsigned> ConstOparg; ///< a replica's argument

  /// The names of those that hold, in the order of STENCILGEN_UOP_PROPERTIES.
  std::vector<llvm::StringRef> names() const;
};

/// What the analysis finds in a body; shared by a micro-op and its replicas.
struct BodyFacts {
  const dsl::CodeBody *Body = nullptr;
  llvm::DenseSet<llvm::StringRef> Names;                               ///< every name in the body
  llvm::DenseMap<const dsl::SimpleStmt *, EscapingCall> EscapingCalls; ///< the last one of each statement
  llvm::DenseSet<uint32_t> Stores; ///< offsets of the tokens that give a stack item a value
  unsigned TokenCount = 0;         ///< of the statement tree

  bool uses(llvm::StringRef Name) const { return Names.contains(Name); }
};

struct Uop {
  std::string Name; ///< as generated code spells it
  const dsl::CodeDef *Definition = nullptr;
  const BodyFacts *Facts = nullptr;
  StackEffect Stack;
  std::vector<CacheEntry> Caches;
  Properties Props;
  bool Implicit = false; ///< made from an `inst`
  const Uop *ReplicaOf = nullptr;
  unsigned Replicas = 0;                   ///< how many replicas this one has
  std::optional<unsigned> InstructionSize; ///< in code units; set where the body asks for INSTRUCTION_SIZE
  std::optional<unsigned> Id;              ///< its number in tier 2; none in tier 1 only
  std::optional<unsigned>
      FirstVariantId; ///< its variants are numbered from here, in the order of cachedVariants()

  unsigned cacheSize() const {
    unsigned Size = 0;
    for (const CacheEntry &C : Caches)
      Size += C.Size;
    return Size;
  }
  /// A combination of two instructions that share an argument; exists in tier 1 only.
  bool isSuper() const { return Facts->uses("oparg1"); }
};

/// A part of an instruction that is no micro-op.
struct Skip {
  int Size; ///< cache entries passed over, in code units; negative: gone back over
};
/// Writes the stack to memory between two micro-ops.
struct Flush {};

using Part = std::variant<const Uop *, Skip, Flush>;

struct Family;

struct Instruction {
  std::string Name;
  const dsl::Definition *Definition = nullptr;
  std::vector<Part> Parts;
  Properties Props;
  const uops::Family *Family = nullptr;
  bool IsTarget = false; ///< head of a family: its members jump to it
  std::optional<unsigned> Opcode;

  /// In code units, with the instruction itself.
  unsigned size() const;
};

struct Family {
  std::string Name;
  const dsl::FamilyDef *Definition = nullptr;
  llvm::StringRef Size; ///< as written: a name or a number
  std::vector<Instruction *> Members;
};

struct Pseudo {
  std::string Name;
  const dsl::PseudoDef *Definition = nullptr;
  StackEffect Stack;
  std::vector<const Instruction *> Targets;
  Properties Props;
  std::optional<unsigned> Opcode;
};

struct Label {
  std::string Name;
  const dsl::LabelDef *Definition = nullptr;
  const BodyFacts *Facts = nullptr;
};

/// Everything the analysis found, in the order of the definitions. Lists are deques: entries refer to each
/// other.
struct UopTable {
  dsl::SyntaxTree Syntax; ///< owns what names and bodies refer to
  std::deque<BodyFacts> Bodies;
  std::deque<Uop> Uops;     ///< owns the micro-ops
  std::vector<Uop *> Order; ///< replicas stand before what they replicate; overridden ones are left out
  std::deque<Instruction> Instructions;
  std::deque<Family> Families;
  std::deque<Pseudo> Pseudos;
  std::deque<Label> Labels;
  llvm::StringMap<Label *> LabelByName;
  std::deque<std::string> Names; ///< owns names the analysis made up
  std::vector<std::pair<std::string, unsigned>>
      Opcodes; ///< numbers with their names, instructions and reserved ones
  unsigned FirstWithArgument =
      0; ///< opcodes below it take no argument (specialised and instrumented ones aside)
  unsigned FirstInstrumented = 0;
};

} // namespace stencilgen::uops

#endif
