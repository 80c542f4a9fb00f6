// Which profile a CPython source tree wants.
#ifndef STENCILGEN_INTERPRETERS_CPYTHON_H
#define STENCILGEN_INTERPRETERS_CPYTHON_H

#include "interpreters/Profile.h"

namespace stencilgen {

/// A profile, and what the user should hear of the choice.
struct CPythonProfile {
  Profile Chosen;
  std::string Note; ///< one line; empty: the profile is of the tree's version
};

/// The profile of a CPython source tree, by the version in its Include/patchlevel.h. A version that is newer
/// than all gets the newest, with a note: much of what a version changes is read from the tree. Errors: no
/// such file, no version in it, an older version without a profile (lists those there are).
llvm::Expected<CPythonProfile> loadCPythonProfile(llvm::StringRef SourceDir);

} // namespace stencilgen

#endif
