// Which profile a CPython source tree wants.
#ifndef STENCILGEN_INTERPRETERS_CPYTHON_H
#define STENCILGEN_INTERPRETERS_CPYTHON_H

#include "interpreters/Profile.h"

namespace stencilgen {

/// The profile of a CPython source tree, by the version in its Include/patchlevel.h.
/// Errors: no such file, no version in it, a version without a profile (lists those there are).
llvm::Expected<Profile> loadCPythonProfile(llvm::StringRef SourceDir);

} // namespace stencilgen

#endif
