// What the commands that make stencils of a set again share: where the trees are, and what the user vouches
// for.
#ifndef STENCILGEN_TOOL_TREEARGUMENTS_H
#define STENCILGEN_TOOL_TREEARGUMENTS_H

#include "Commands.h"
#include "inspect/Currency.h"
#include <string>

namespace stencilgen {

struct TreeArguments {
  std::string BuildDir, Sysroot, Profile, Cases, CFlags;

  /// The trees with that of the sources at \p Source.
  SourceTrees at(llvm::StringRef Source) const;
};

/// Adds the options to a command; they go with its option \p With. \p Arguments must live as long as it.
void addTreeOptions(CLI::App &Command, TreeArguments &Arguments, const std::string &With);

} // namespace stencilgen

#endif
