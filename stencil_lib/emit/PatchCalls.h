// Which functions of the interpreter's JIT compiler an emit function calls, and with what.
#ifndef STENCILGEN_EMIT_PATCHCALLS_H
#define STENCILGEN_EMIT_PATCHCALLS_H

#include "interpreters/JitSource.h"
#include "stencil/StencilSet.h"

namespace stencilgen {

/// One call that fills a hole, or the two holes of a pair.
struct PatchCall {
  const std::string *Function;
  const Hole *First;
  const Hole *Second = nullptr; ///< where the call fills two
  bool IsApart = false;         ///< the call gets both places
  bool IsTrampoline = false;    ///< the call gets the symbol's ordinal and the trace's state, not a value

  /// A place and a value; a second place; or a place, an ordinal and the state.
  size_t arguments() const { return IsApart || IsTrampoline ? 3 : 2; }
};

/// The C text of a function that headers define where they need it, as no JIT compiler has it; empty for
/// every other function. It takes a place and a value.
llvm::StringRef ownPatchFunction(llvm::StringRef Name);

/// True for a hole that gets its value through a data slot of the trace.
bool usesTraceSlot(const CPythonForm &Form, const Hole &H);

/// True for a branch to a symbol that may be out of reach, and then goes through a trampoline of the trace.
bool needsTrampoline(const CPythonForm &Form, const Hole &H);

/// The calls for \p S in order. \p Form has a patch function for each of its holes' kinds.
std::vector<PatchCall> patchCalls(const CPythonForm &Form, const Stencil &S);

/// Checks that \p Jit defines what the header of \p Set calls, with as many parameters, and that it uses of
/// the header what is there: the members of its StencilGroup, and emit with as many arguments as it has
/// parameters. Errors, the first that is met: a function that is missing or takes something else, with the
/// first micro-op that needs it; a use of what the header does not have. The set must have passed
/// verifyStencils.
llvm::Error checkJitContract(const StencilSet &Set, const JitSource &Jit);

} // namespace stencilgen

#endif
