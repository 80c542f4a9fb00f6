// The system headers that are part of the tool: declarations only, for every target, so that stencils can be
// made without the target's SDK, and the same on every machine. They are files of a virtual file system (the
// texts are in include/, embedded when the tool is built). Clang's own headers (stddef.h, stdarg.h,
// stdatomic.h) stay LLVM's.
#ifndef STENCILGEN_SYSHEADERS_SYSTEMHEADERS_H
#define STENCILGEN_SYSHEADERS_SYSTEMHEADERS_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace stencilgen {

/// A file that exists only for the compiler.
struct VirtualFile {
  std::string Path; ///< absolute
  std::string Text;
};

/// Where virtual files are: no directory of any machine.
inline constexpr const char *VirtualRoot = "/__stencilgen__";

/// The directory of the system headers.
inline constexpr const char *SystemHeadersDir = "/__stencilgen__/include";

/// The system headers, all of them whatever the target: they ask the compiler for it.
std::vector<VirtualFile> systemHeaders();

/// Clang's arguments to use them and nothing of the machine's. \p Triple tells the C library, where the
/// compiler's macros do not.
std::vector<std::string> systemHeaderArguments(llvm::StringRef Triple);

} // namespace stencilgen

#endif
