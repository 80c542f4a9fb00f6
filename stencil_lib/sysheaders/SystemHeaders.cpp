// See SystemHeaders.h.
#include "sysheaders/SystemHeaders.h"
#include "sysheaders/EmbeddedHeaders.h"
#include "llvm/ADT/Twine.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace stencilgen {

std::vector<VirtualFile> systemHeaders() {
  std::vector<VirtualFile> Files;
  for (const EmbeddedHeader &Header : EmbeddedHeaders)
    Files.push_back({(Twine(SystemHeadersDir) + "/" + Header.Name).str(), Header.Text.str()});
  return Files;
}

std::vector<std::string> systemHeaderArguments(StringRef Name) {
  std::vector<std::string> Arguments{"-nostdlibinc", "-isystem", SystemHeadersDir};
  // No macro of the compiler's tells musl from glibc.
  if (Triple(Name).isMusl())
    Arguments.emplace_back("-DSTENCILGEN_MUSL");
  return Arguments;
}

} // namespace stencilgen
