// Version strings.
#include "support/Version.h"
#include "llvm/Config/llvm-config.h"

namespace stencilgen {

std::string toolVersion() { return STENCILGEN_VERSION; }
std::string llvmVersion() { return LLVM_VERSION_STRING; }
std::string versionText() { return "stencilgen " + toolVersion() + " (LLVM " + llvmVersion() + ")"; }

} // namespace stencilgen
