// The C headers of a set, whatever their dialect, and the dispatcher that includes them.
#ifndef STENCILGEN_EMIT_HEADER_H
#define STENCILGEN_EMIT_HEADER_H

#include "arch/Disassembler.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// jit_stencils-<triple>.h in the dialect of the set's profile. The first line holds the set's digest. \p Set
/// must have passed verifyStencils. Errors: what the dialect's form cannot hold.
llvm::Expected<std::string> stencilHeader(const StencilSet &Set, const Disassembler &Listing);

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

/// What writes each dialect, XHeader.cpp. Errors as above.
#define STENCILGEN_ROW(Name)                                                                                 \
  llvm::Expected<std::string> write##Name##Header(const StencilSet &Set, const Disassembler &Listing);
HEADER_DIALECTS(STENCILGEN_ROW)
#undef STENCILGEN_ROW

} // namespace stencilgen

#endif
