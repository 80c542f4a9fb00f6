// See Recipe.h.
#include "stencil/Recipe.h"

namespace stencilgen {

std::string commandLine(const Recipe &How, llvm::StringRef Triple) {
  std::string Text = How.Command + " " + Triple.str();
  if (How.FreeThreaded)
    Text += " --free-threaded";
  if (How.Debug)
    Text += " --debug";
  if (How.CfProtection)
    Text += " --cf-protection";
  for (const std::string &Flag : How.CompilerFlags)
    Text += " --cflags=" + Flag;
  if (!How.LayoutAsserts)
    Text += " --no-layout-asserts";
  return Text;
}

} // namespace stencilgen
