// Whole-file input and transactional output.
#include "support/File.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"
#include <system_error>

using namespace llvm;

namespace stencilgen {

Expected<std::unique_ptr<MemoryBuffer>> readFile(StringRef Path, StringRef What) {
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return makeFileError(Path, "cannot read " + What + ": " + Buffer.getError().message());
  return std::move(*Buffer);
}

std::string sha256Hex(StringRef Bytes) { return toHex(SHA256::hash(arrayRefFromStringRef(Bytes)), true); }

namespace {

/// Closes \p OS. Returns the error of a write to it, as one about the output file \p Path.
Error closeOutput(raw_fd_ostream &OS, StringRef Path) {
  OS.close();
  if (!OS.has_error())
    return Error::success();
  std::string Reason = OS.error().message();
  OS.clear_error();
  return makeFileError(Path, "cannot write the output file: " + Reason);
}

/// Writes \p Contents to the device or pipe \p Path.
Error writeInPlace(StringRef Path, StringRef Contents) {
  std::error_code EC;
  raw_fd_ostream OS(Path, EC, sys::fs::CD_OpenExisting);
  if (EC)
    return makeFileError(Path, "cannot write the output file: " + EC.message());
  OS << Contents;
  return closeOutput(OS, Path);
}

} // namespace

OutputFiles::~OutputFiles() {
  for (const Pending &File : Files)
    if (!File.Temporary.empty())
      sys::fs::remove(File.Temporary);
}

Error OutputFiles::add(StringRef Path, StringRef Contents) {
  SmallString<256> Target; // of a symbolic link, which stays one
  sys::fs::file_status Status;
  if (!sys::fs::status(Path, Status)) {
    if (sys::fs::is_directory(Status)) // found now, not when other files have been renamed
      return makeFileError(Path, "cannot write the output file: Is a directory");
    if (!sys::fs::is_regular_file(Status)) { // a rename would put a file in the place of /dev/null
      Files.push_back({"", Path.str(), Contents.str()});
      return Error::success();
    }
    if (!sys::fs::real_path(Path, Target))
      Path = Target;
  }
  if (auto Old = MemoryBuffer::getFile(Path); Old && (*Old)->getBuffer() == Contents)
    return Error::success();
  SmallString<256> Directory = sys::path::parent_path(Path);
  if (!Directory.empty())
    if (std::error_code EC =
            sys::fs::create_directories(Directory, /*IgnoreExisting=*/true, sys::fs::all_all))
      return makeFileError(Directory, "cannot make the output directory: " + EC.message());
  int FD;
  SmallString<256> Temporary;
  if (std::error_code EC = sys::fs::createUniqueFile(Path + ".%%%%%%.new", FD, Temporary, sys::fs::OF_None,
                                                     sys::fs::all_read | sys::fs::owner_write))
    return makeFileError(Path, "cannot write the output file: " + EC.message());
  Files.push_back({Temporary.str().str(), Path.str(), ""});
  raw_fd_ostream OS(FD, /*shouldClose=*/true);
  OS << Contents;
  return closeOutput(OS, Path);
}

Error OutputFiles::commit() {
  while (!Files.empty()) {
    const Pending &File = Files.front();
    if (File.Temporary.empty()) {
      if (Error E = writeInPlace(File.Final, File.Contents))
        return E;
    } else if (std::error_code EC = sys::fs::rename(File.Temporary, File.Final)) {
      return makeFileError(File.Final, "cannot rename the new file into place: " + EC.message());
    }
    Files.erase(Files.begin());
  }
  return Error::success();
}

} // namespace stencilgen
