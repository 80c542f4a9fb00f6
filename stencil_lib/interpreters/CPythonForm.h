// The settings of the header dialect "cpython": the C headers that CPython's Python/jit.c includes.
#ifndef STENCILGEN_INTERPRETERS_CPYTHONFORM_H
#define STENCILGEN_INTERPRETERS_CPYTHONFORM_H

#include "FixupKinds.h"
#include "support/Json.h"
#include <map>
#include <string>
#include <vector>

namespace stencilgen {

/// One patch function for two neighbouring instructions that make one address, where the JIT can then do
/// better than with each alone.
struct PairFunction {
  FixupKind First;
  FixupKind Second;
  std::string Function;
  bool Apart = false; ///< the two need not be neighbours: the function takes both places

  bool operator==(const PairFunction &) const = default;
};

/// What the header puts before the name of a function that compilers know (__atomic_load), as they refuse to
/// give its address by that name.
inline constexpr llvm::StringLiteral BuiltinPrefix = "stencilgen_";

struct CPythonForm {
  /// Lines of an emit function's parameter list, without the parentheses.
  std::vector<std::string> EmitParameters;
  std::string TableSize;         ///< C expression: entries of the table of stencil groups
  std::string ShimName = "shim"; ///< of the shim's emit function and group
  bool ShimLast = false;         ///< behind the micro-ops, not before them
  bool WholeBodies = false; ///< with the zeros at their ends, which the JIT's memory is not assumed to have
  bool SymbolMasks = true;  ///< symbols_map, and in each group a mask of the symbols it needs trampolines for
  std::map<FixupKind, std::string> PatchFunctions;
  std::map<FixupKind, std::string> TrampolineFunctions; ///< for branches to symbols that may be out of reach
  std::vector<PairFunction> Pairs;
  /// Where data slots of symbols belong to a trace and not to a stencil: the function that fills one, and the
  /// function that tells its address. Empty: they belong to the stencil.
  std::string PatchSlotFunction;
  std::string SlotAddressFunction;
  bool DescendingOrdinals = false; ///< see LayoutProfile

  bool operator==(const CPythonForm &) const = default;
};

/// The fixup kind that \p Spelling names, which is at \p Key. Another name is recorded as an error that asks
/// for \p Expected; the result is then any kind.
FixupKind readFixupKind(JsonObject Object, llvm::StringRef Key, llvm::StringRef Spelling,
                        llvm::StringRef Expected);

/// A member that maps fixup kinds to functions; it may be missing.
std::map<FixupKind, std::string> readFunctions(JsonObject Object, llvm::StringRef Key);

/// For each fixup kind the functions that may patch it, in order of preference: an interpreter's releases
/// differ in which of them they have.
using FunctionChoices = std::map<FixupKind, std::vector<std::string>>;

/// A member that maps each fixup kind to a function, or to several in order of preference; it may be missing.
FunctionChoices readChoices(JsonObject Object, llvm::StringRef Key);

} // namespace stencilgen

#endif
