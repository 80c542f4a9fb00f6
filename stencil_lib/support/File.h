// Reading input files whole and writing output files whole: an output is renamed into place only when every
// byte is on disk, and not touched at all when it already holds the same bytes.
#ifndef STENCILGEN_SUPPORT_FILE_H
#define STENCILGEN_SUPPORT_FILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>
#include <vector>

namespace stencilgen {

/// The whole file, or an error that names it and says \p What was expected there ("pyconfig.h of the build").
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(llvm::StringRef Path, llvm::StringRef What);

/// SHA-256 of \p Bytes as 64 lower-case hexadecimal digits.
std::string sha256Hex(llvm::StringRef Bytes);

/// A set of output files that appear together: each is written beside its place under a temporary name, and
/// all are renamed when every one is whole. Destroyed without commit(), it leaves no trace. A symbolic link
/// stays one, and its target is replaced. What is no regular file, as /dev/null or a pipe, is written by
/// commit(), in place.
class OutputFiles {
public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  OutputFiles &operator=(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Plans \p Path to hold \p Contents. A file that holds them already keeps its modification time.
  /// Errors: the directory cannot be made or written, the disk is full.
  llvm::Error add(llvm::StringRef Path, llvm::StringRef Contents);

  /// Renames all files into place. Errors: a rename or a write in place failed; the files before it stay.
  llvm::Error commit();

private:
  struct Pending {
    std::string Temporary; // empty: Final is written in place
    std::string Final;
    std::string Contents; // of what is written in place
  };
  std::vector<Pending> Files;
};

} // namespace stencilgen

#endif
