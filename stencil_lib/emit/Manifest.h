// jit_stencils-<triple>.json: a stencil set as JSON, complete (docs/manifest.md, docs/manifest.schema.json).
#ifndef STENCILGEN_EMIT_MANIFEST_H
#define STENCILGEN_EMIT_MANIFEST_H

#include "arch/Disassembler.h"
#include "stencil/StencilSet.h"
#include "llvm/Support/Error.h"
#include <string>

namespace stencilgen {

/// The version of the manifest's form; a reader refuses any other.
inline constexpr uint64_t ManifestVersion = 1;

/// The manifest of a set.
/// \param Listing  when given, every stencil gets its disassembly
std::string writeManifest(const StencilSet &Set, const Disassembler *Listing);

/// True when the text of a manifest ends in the digest of what is before it: it has not been damaged since it
/// was written. Who alters it on purpose can seal it again.
bool isSealed(llvm::StringRef Text);

/// The set a manifest describes: what writeManifest was given. \p File names it in errors.
/// Errors: not JSON, another version, a member missing or of another type or value, stencils that
/// verifyStencils refuses.
llvm::Expected<StencilSet> readManifest(llvm::StringRef File, llvm::StringRef Text);

} // namespace stencilgen

#endif
