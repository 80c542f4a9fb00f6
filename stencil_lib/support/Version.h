// The versions that decide the output: the tool's own and LLVM's.
#ifndef STENCILGEN_SUPPORT_VERSION_H
#define STENCILGEN_SUPPORT_VERSION_H

#include <string>

namespace stencilgen {

/// The tool's version, "0.1.0".
std::string toolVersion();

/// The version of the LLVM libraries the tool was built with, "22.1.8".
std::string llvmVersion();

/// What `stencilgen --version` prints.
std::string versionText();

} // namespace stencilgen

#endif
