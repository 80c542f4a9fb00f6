// Whole-file input and transactional output.
#include "support/File.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>
#include <fcntl.h>
#include <random>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <thread>
#include <unistd.h>

using namespace llvm;

namespace stencilgen {

namespace {

std::string lastError() { return std::error_code(errno, std::generic_category()).message(); }

std::string tooLarge(uint64_t Limit) { return "it has more than " + std::to_string(Limit) + " bytes"; }

/// What a pipe or device gives, up to \p Limit bytes. Errors: reading failed, or there is more.
Expected<std::unique_ptr<MemoryBuffer>> readStream(StringRef Path, uint64_t Limit) {
  auto File = sys::fs::openNativeFileForRead(Path);
  if (!File)
    return File.takeError();
  SmallVector<char, 0> Bytes;
  Error Failure = Error::success();
  while (true) {
    size_t Before = Bytes.size();
    Bytes.resize_for_overwrite(Before + (64 << 10));
    auto Read = sys::fs::readNativeFile(*File, MutableArrayRef(Bytes).drop_front(Before));
    Bytes.truncate(Before + (Read ? *Read : 0));
    if (!Read)
      Failure = Read.takeError();
    else if (Bytes.size() > Limit)
      Failure = createStringError(tooLarge(Limit));
    else if (*Read > 0)
      continue;
    break;
  }
  sys::fs::closeFile(*File);
  if (Failure)
    return Failure;
  return MemoryBuffer::getMemBufferCopy({Bytes.data(), Bytes.size()}, Path);
}

Expected<std::unique_ptr<MemoryBuffer>> read(StringRef Path, StringRef What, uint64_t Limit,
                                             bool OnlyRegular) {
  auto Fail = [&](const Twine &Reason) { return makeFileError(Path, "cannot read " + What + ": " + Reason); };
  sys::fs::file_status Status;
  if (std::error_code EC = sys::fs::status(Path, Status))
    return Fail(EC.message());
  if (sys::fs::is_directory(Status))
    return Fail("Is a directory");
  if (!sys::fs::is_regular_file(Status)) {
    if (OnlyRegular)
      return Fail("expected a regular file");
    auto Stream = readStream(Path, Limit);
    if (!Stream)
      return Fail(toString(Stream.takeError()));
    return Stream;
  }
  if (Status.getSize() > Limit)
    return Fail(tooLarge(Limit));
  // Volatile: read and not mapped, as who shortens a mapped file ends its readers.
  auto Buffer = MemoryBuffer::getFile(Path, /*IsText=*/false, /*RequiresNullTerminator=*/true,
                                      /*IsVolatile=*/true);
  if (!Buffer)
    return Fail(Buffer.getError().message());
  return std::move(*Buffer);
}

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

/// What the names of temporary files end in: "." and six digits and this.
constexpr StringLiteral TemporarySuffix = ".new";
constexpr size_t RandomDigits = 6;

/// Writes \p Contents under a new name beside \p Path, with the mode \p Mode, and waits until they are on
/// disk. \p Temporary receives the name as soon as there is such a file.
Error writeBeside(StringRef Path, StringRef Contents, std::optional<mode_t> Mode, std::string &Temporary) {
  auto Fail = [&] { return makeFileError(Path, "cannot write the output file: " + lastError()); };
  std::random_device Random;
  int FD = -1;
  for (unsigned Attempt = 0; FD < 0 && Attempt < 100; ++Attempt) {
    std::string Name =
        (Path + "." + utohexstr(Random() & 0xffffff, true, RandomDigits) + TemporarySuffix).str();
    FD = open(Name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (FD >= 0)
      sys::RemoveFileOnSignal(Temporary = Name);
    else if (errno != EEXIST && errno != EINTR)
      break;
  }
  if (FD < 0 || (Mode && fchmod(FD, *Mode) != 0)) {
    Error E = Fail();
    if (FD >= 0)
      close(FD);
    return E;
  }
  raw_fd_ostream OS(FD, /*shouldClose=*/true, /*unbuffered=*/true);
  OS << Contents;
  // Some file systems have no fsync; a disk that fails says EIO or ENOSPC.
  if (!OS.has_error() && fsync(FD) != 0 && errno != EINVAL && errno != ENOTSUP) {
    Error E = Fail();
    consumeError(closeOutput(OS, Path));
    return E;
  }
  return closeOutput(OS, Path);
}

/// Removes what runs that were killed left of \p Path. The directory is locked.
void removeStale(StringRef Path) {
  std::error_code EC;
  StringRef Directory = sys::path::parent_path(Path);
  std::string Prefix = (sys::path::filename(Path) + ".").str();
  for (sys::fs::directory_iterator File(Directory.empty() ? "." : Directory, EC), End; File != End && !EC;
       File.increment(EC)) {
    StringRef Name = sys::path::filename(File->path());
    if (Name.consume_front(Prefix) && Name.consume_back(TemporarySuffix) && Name.size() == RandomDigits &&
        llvm::all_of(Name, isHexDigit))
      sys::fs::remove(File->path());
  }
}

/// The path that the symbolic link \p Path, or a chain of them, leads to; it need not exist yet.
Expected<std::string> resolveLinks(StringRef Path) {
  std::string Target = Path.str();
  for (unsigned Links = 0; Links < 40; ++Links) {
    SmallString<256> Text;
    Text.resize_for_overwrite(PATH_MAX);
    ssize_t Size = readlink(Target.c_str(), Text.data(), Text.size());
    if (Size < 0)
      return Target;
    Text.truncate(static_cast<size_t>(Size));
    SmallString<256> Next;
    if (sys::path::is_relative(Text))
      Next = sys::path::parent_path(Target);
    sys::path::append(Next, Text);
    Target = Next.str().str();
  }
  return makeFileError(Path, "cannot write the output file: Too many levels of symbolic links");
}

} // namespace

Expected<std::unique_ptr<MemoryBuffer>> readFile(StringRef Path, StringRef What, uint64_t Limit) {
  return read(Path, What, Limit, /*OnlyRegular=*/false);
}

Expected<std::unique_ptr<MemoryBuffer>> readRegularFile(StringRef Path, StringRef What, uint64_t Limit) {
  return read(Path, What, Limit, /*OnlyRegular=*/true);
}

std::string sha256Hex(StringRef Bytes) { return toHex(SHA256::hash(arrayRefFromStringRef(Bytes)), true); }

bool isSha256(StringRef Text) {
  return Text.size() == 64 && llvm::all_of(Text, [](char C) { return isDigit(C) || (C >= 'a' && C <= 'f'); });
}

OutputFiles::~OutputFiles() {
  for (const Pending &File : Files)
    if (!File.Temporary.empty()) {
      sys::fs::remove(File.Temporary);
      sys::DontRemoveFileOnSignal(File.Temporary);
    }
  for (const LockedDirectory &Directory : Directories)
    close(Directory.Descriptor);
}

Error OutputFiles::lock(StringRef Directory) {
  if (Directory.empty())
    Directory = ".";
  if (llvm::any_of(Directories, [&](const LockedDirectory &Held) { return Held.Path == Directory; }))
    return Error::success();
  // The directory itself is locked: no file is left behind, and the system unlocks it when a process dies.
  int FD = open(Directory.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (FD < 0)
    return Error::success(); // what keeps us from it is told when a file is written
  Directories.push_back({Directory.str(), FD});
  using namespace std::chrono;
  auto GiveUp = steady_clock::now() + seconds(MaxLockSeconds);
  while (flock(FD, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      break; // a file system without locks
    if (steady_clock::now() > GiveUp)
      return makeFileError(Directory, "another process has written to the output directory for " +
                                          Twine(MaxLockSeconds) + " seconds");
    std::this_thread::sleep_for(milliseconds(10));
  }
  return Error::success();
}

Error OutputFiles::add(StringRef Path, StringRef Contents) {
  sys::fs::file_status Status;
  bool IsThere = !sys::fs::status(Path, Status);
  if (IsThere && sys::fs::is_directory(Status)) // found now, not when other files have been renamed
    return makeFileError(Path, "cannot write the output file: Is a directory");
  if (IsThere && !sys::fs::is_regular_file(Status)) { // a rename would put a file in the place of /dev/null
    Files.push_back({"", Path.str(), Contents.str()});
    return Error::success();
  }
  auto Target = resolveLinks(Path);
  if (!Target)
    return Target.takeError();
  if (is_contained(Added, *Target))
    return makeFileError(Path, "two output files have this name");
  Added.push_back(*Target);
  SmallString<256> Directory = sys::path::parent_path(*Target);
  if (!Directory.empty() && *Target == Path) // a link says where it wants its target
    if (std::error_code EC =
            sys::fs::create_directories(Directory, /*IgnoreExisting=*/true, sys::fs::all_all))
      return makeFileError(Directory, "cannot make the output directory: " + EC.message());
  if (Error E = lock(Directory))
    return E;
  removeStale(*Target);
  if (auto Old = readRegularFile(*Target, "the output file")) {
    if ((*Old)->getBuffer() == Contents)
      return Error::success();
  } else {
    consumeError(Old.takeError()); // it is replaced
  }
  struct stat Replaced;
  std::optional<mode_t> Mode;
  if (stat(Target->c_str(), &Replaced) == 0)
    Mode = Replaced.st_mode & 07777;
  Files.push_back({"", *Target, ""});
  std::string Temporary;
  Error Failure = writeBeside(*Target, Contents, Mode, Temporary);
  Files.back().Temporary = std::move(Temporary);
  if (Failure && Files.back().Temporary.empty())
    Files.pop_back();
  return Failure;
}

void OutputFiles::tidy(StringRef Path) {
  if (Error E = lock(sys::path::parent_path(Path)))
    return consumeError(std::move(E));
  removeStale(Path);
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
    sys::DontRemoveFileOnSignal(File.Temporary);
    Files.erase(Files.begin());
  }
  for (const LockedDirectory &Directory : Directories) {
    fsync(Directory.Descriptor); // the names; what a disk says now changes nothing for who asked
    close(Directory.Descriptor);
  }
  Directories.clear();
  Added.clear();
  return Error::success();
}

} // namespace stencilgen
