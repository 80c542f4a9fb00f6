// How a set of stencils was made: what was asked for beyond its profile, tree and target, as values.
#ifndef STENCILGEN_STENCIL_RECIPE_H
#define STENCILGEN_STENCIL_RECIPE_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// A file by the name of the root it is in, as InputFile has them.
struct FileInRoot {
  std::string Root;
  std::string Path;

  bool operator==(const FileInRoot &) const = default;
};

/// Where the micro-ops' C comes from.
enum class MicroOpSource : uint8_t {
  Agreed,      ///< the definitions, where they give the tree's own cases; else those cases
  Definitions, ///< the definitions alone
  Cases,       ///< a file of cases alone
};

struct Recipe {
  std::string Command; ///< program and subcommand: "stencilgen cpython"
  bool Debug = false;
  bool FreeThreaded = false;
  /// The set was made beside one that differs in this, so that names and conditions tell them apart.
  bool WithOtherDebug = false, WithOtherFreeThreaded = false;
  bool CfProtection = false;
  bool Optimize = false; ///< beyond what Clang does, with the profile's facts
  bool LayoutAsserts = true;
  bool Disassembly = false; ///< in the manifest; no part of the set
  bool Sysroot = false;     ///< the system headers were the user's
  MicroOpSource Source = MicroOpSource::Agreed;
  std::optional<FileInRoot> Cases;        ///< the user's file, for MicroOpSource::Cases
  std::vector<std::string> CompilerFlags; ///< the user's, for Clang

  bool operator==(const Recipe &) const = default;
};

/// The command line that \p How stands for, with \p Triple, for people: no paths.
std::string commandLine(const Recipe &How, llvm::StringRef Triple);

} // namespace stencilgen

#endif
