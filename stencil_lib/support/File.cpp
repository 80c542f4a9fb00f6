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

OutputFiles::~OutputFiles() {
  for (const Pending &File : Files)
    sys::fs::remove(File.Temporary);
}

Error OutputFiles::add(StringRef Path, StringRef Contents) {
  if (auto Old = MemoryBuffer::getFile(Path); Old && (*Old)->getBuffer() == Contents)
    return Error::success();
  if (sys::fs::is_directory(Path)) // found now, not when other files have been renamed
    return makeFileError(Path, "cannot write the output file: Is a directory");
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
  Files.push_back({Temporary.str().str(), Path.str()});
  raw_fd_ostream OS(FD, /*shouldClose=*/true);
  OS << Contents;
  OS.close();
  if (OS.has_error()) {
    std::string Reason = OS.error().message();
    OS.clear_error();
    return makeFileError(Path, "cannot write the output file: " + Reason);
  }
  return Error::success();
}

Error OutputFiles::commit() {
  while (!Files.empty()) {
    if (std::error_code EC = sys::fs::rename(Files.front().Temporary, Files.front().Final))
      return makeFileError(Files.front().Final, "cannot rename the new file into place: " + EC.message());
    Files.erase(Files.begin());
  }
  return Error::success();
}

} // namespace stencilgen
