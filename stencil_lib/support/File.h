// Reading input files whole and writing output files whole: an output is renamed into place only when every
// byte is on disk, and not touched at all when it already holds the same bytes.
#ifndef STENCILGEN_SUPPORT_FILE_H
#define STENCILGEN_SUPPORT_FILE_H

#include "support/Limits.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>
#include <vector>

namespace stencilgen {

/// The whole file, or an error that names it and says \p What was expected there ("pyconfig.h of the build").
/// A pipe is read to its end. Errors: the file cannot be read, or has more than \p Limit bytes.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> readFile(llvm::StringRef Path, llvm::StringRef What,
                                                             uint64_t Limit = MaxFileSize);

/// The same for a file that somebody else named: devices and pipes, which may have no end, are refused.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>>
readRegularFile(llvm::StringRef Path, llvm::StringRef What, uint64_t Limit = MaxFileSize);

/// SHA-256 of \p Bytes as 64 lower-case hexadecimal digits.
std::string sha256Hex(llvm::StringRef Bytes);

/// True for 64 hexadecimal digits in lower case.
bool isSha256(llvm::StringRef Text);

/// A set of output files that appear together. Each is written beside its place under a temporary name and
/// synced; when every one is on disk, they are renamed in the order in which they were added. From the first
/// add() until the end of commit() the directories are locked, so that two runs do not mix; what an
/// interrupted run left of these files is removed. Destroyed without commit(), it leaves no trace.
///
/// A file that is replaced keeps its mode. A symbolic link stays one and its target is written, also where
/// that does not exist yet. What is no regular file, as /dev/null or a pipe, is written by commit(), in
/// place.
class OutputFiles {
public:
  OutputFiles() = default;
  OutputFiles(const OutputFiles &) = delete;
  OutputFiles &operator=(const OutputFiles &) = delete;
  ~OutputFiles();

  /// Plans \p Path to hold \p Contents. A file that holds them already keeps its modification time.
  /// Errors: the directory cannot be made, locked or written, the disk is full, \p Path was added before.
  llvm::Error add(llvm::StringRef Path, llvm::StringRef Contents);

  /// Removes what killed runs left of the output file \p Path, which is not written.
  void tidy(llvm::StringRef Path);

  /// Renames all files into place. Errors: a rename or a write in place failed; the files before it stay.
  llvm::Error commit();

private:
  struct Pending {
    std::string Temporary; // empty: Final is written in place
    std::string Final;
    std::string Contents; // of what is written in place
  };
  struct LockedDirectory {
    std::string Path;
    int Descriptor;
  };
  llvm::Error lock(llvm::StringRef Directory);

  std::vector<Pending> Files;
  std::vector<std::string> Added;
  std::vector<LockedDirectory> Directories;
};

} // namespace stencilgen

#endif
