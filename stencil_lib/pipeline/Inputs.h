// The files that decide the output, named without machine paths, and the digest over them.
#ifndef STENCILGEN_PIPELINE_INPUTS_H
#define STENCILGEN_PIPELINE_INPUTS_H

#include "interpreters/Profile.h"
#include "stencil/StencilSet.h"
#include "sysheaders/SystemHeaders.h"
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// The path of \p Name in \p Directory.
std::string inDirectory(llvm::StringRef Directory, llvm::StringRef Name);

/// Where inputs may be.
struct InputRoots {
  std::string Source;                ///< the interpreter's tree
  std::string Build;                 ///< its configuration; empty: it has none
  std::vector<VirtualFile> Embedded; ///< in VirtualRoot
};

/// A path relative to the root it is in; unchanged when it is in none.
std::string relativeName(llvm::StringRef Path, const InputRoots &Roots);

/// Root and path of a file, without its digest.
InputFile locateInput(llvm::StringRef Path, const InputRoots &Roots);

/// \p Paths with their roots and digests, sorted, each once. Errors: a file cannot be read.
llvm::Expected<std::vector<InputFile>> inputFiles(llvm::ArrayRef<std::string> Paths, const InputRoots &Roots);

/// Where a file named in a manifest is.
std::string pathOf(const InputFile &Input, const InputRoots &Roots);

/// The present digest of a file named in a manifest, none when it cannot be read.
std::optional<std::string> digestOf(const InputFile &Input, const InputRoots &Roots);

/// SHA-256 over everything that decides the stencils: versions, profile, target, flags, inputs.
std::string digestOf(const StencilSet &Set, const Profile &Interpreter);

} // namespace stencilgen

#endif
