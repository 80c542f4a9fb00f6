// Tier 1: the interpreter itself, one target an instruction, and the tables that go with it.
#ifndef STENCILGEN_LOWER_TIER1_H
#define STENCILGEN_LOWER_TIER1_H

#include "dsl/SourceText.h"
#include "interpreters/LoweringProfile.h"
#include "uops/Uop.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// How control goes from one instruction to the next.
enum class Dispatch {
  Switch,       ///< a loop around a switch: any C compiler
  ComputedGoto, ///< a table of label addresses: GCC and Clang
  MustTail,     ///< a function an instruction, each calling the next in tail position: Clang, GCC 15
};

/// The instructions and labels of \p Table as C, for one way to dispatch.
///
/// For Switch and ComputedGoto the text is included in the interpreter's function, where all names in the
/// profile's "tier1" texts are in scope. It begins by dispatching the first instruction. For MustTail it is
/// included at file level and defines `targets`, the table of functions; the interpreter calls the first.
/// Errors: the profile has no "tier1"; bodies are not statement trees; stack items are used wrongly; an
/// instruction deoptimises but is in no family.
llvm::Expected<std::string> lowerTier1(const uops::UopTable &Table,
                                       llvm::ArrayRef<dsl::SourceText> Definitions,
                                       const LoweringProfile &Profile, Dispatch How, bool LineDirectives);

/// A header with the number of every instruction and pseudo instruction.
std::string opcodeHeader(const uops::UopTable &Table);

/// A C file with a table of what is known of each instruction (name, operands, cache entries, flags, family)
/// and functions that say how many items it pops and pushes for an argument.
std::string metadataTable(const uops::UopTable &Table);

} // namespace stencilgen

#endif
