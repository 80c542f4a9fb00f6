// The C headers that CPython's Python/jit.c includes.
#ifndef STENCILGEN_EMIT_CPYTHONHEADER_H
#define STENCILGEN_EMIT_CPYTHONHEADER_H

#include "arch/Disassembler.h"
#include "stencil/FrameChecks.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// jit_stencils-<triple>.h in the form of CPython 3.14 and later (Tools/jit/_writer.py): an emit function a
/// stencil, the table of stencil groups, the table of symbols. The first line holds the set's digest. \p Set
/// must have passed verifyStencils.
std::string cpythonHeader(const StencilSet &Set, const Disassembler &Listing);

/// What the header puts before the name of a function that compilers know (__atomic_load), as they refuse to
/// give its address by that name.
inline constexpr llvm::StringLiteral BuiltinPrefix = "stencilgen_";

/// jit_unwind_info-<triple>.h: what Python/jit_unwind.c needs to describe the frame of the machine code. \p
/// Info  null where the target has no frame that stays the same.
std::string unwindHeader(const StencilSet &Set, const UnwindInfo *Info);

/// The comment that every header of a set begins with: its digest, and the command that made it.
std::string headerStart(const StencilSet &Set);

/// Directives that stop the interpreter's build where the dispatcher that includes the header was made for
/// another set; nothing where the header checks no layouts either.
std::string setCheck(const StencilSet &Set);

/// A target of the dispatcher.
struct DispatchTarget {
  std::string Condition; ///< C preprocessor condition
  std::string Header;    ///< the file to include under it
  std::string Digest;    ///< of its set, for setCheck; empty: none
};

/// jit_stencils.h: includes the header of the target that the interpreter is compiled for. The targets are
/// tried in this order, but one whose condition adds to another's ("... && !defined(__GLIBC__)") before it.
std::string dispatcher(llvm::StringRef Command, llvm::ArrayRef<DispatchTarget> Targets);

} // namespace stencilgen

#endif
