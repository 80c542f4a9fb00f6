// The text of micro-ops' definitions, to show beside their machine code.
#ifndef STENCILGEN_INSPECT_DEFINITIONSOURCE_H
#define STENCILGEN_INSPECT_DEFINITIONSOURCE_H

#include "stencil/StencilSet.h"
#include "support/CTokens.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>

namespace stencilgen {

/// Finds definitions in the files of a source tree, each read once.
class DefinitionSource {
public:
  /// \param Directory  the source tree; empty: no tree, and no text is found
  explicit DefinitionSource(llvm::StringRef Directory) : Directory(Directory.str()) {}

  /// The lines from where \p Group is defined to its closing brace; empty if that is not known, or the tree
  /// has no such file or line.
  std::string text(const StencilGroup &Group);

private:
  struct File {
    std::unique_ptr<llvm::MemoryBuffer> Buffer; ///< null: it cannot be read
    std::vector<CToken> Tokens;
    std::vector<size_t> Lines; ///< where each begins
  };
  const File &load(llvm::StringRef Name);

  std::string Directory;
  llvm::StringMap<File> Files;
};

} // namespace stencilgen

#endif
