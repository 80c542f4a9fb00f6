// See Recipe.h.
#include "stencil/Recipe.h"
#include "llvm/Support/Path.h"

namespace stencilgen {

std::string commandLine(const Recipe &How, llvm::StringRef Triple) {
  std::string Text = How.Command + " " + Triple.str();
  if (How.FreeThreaded)
    Text += " --free-threaded";
  if (How.Debug)
    Text += " --debug";
  if (How.Source == MicroOpSource::Definitions)
    Text += " --definitions";
  if (How.Source == MicroOpSource::Cases)
    Text += " --cases";
  if (How.Cases)
    Text += "=" + (How.Cases->Root == "system" ? llvm::sys::path::filename(How.Cases->Path).str()
                                               : How.Cases->Path);
  if (How.CfProtection)
    Text += " --cf-protection";
  if (How.Optimize)
    Text += " --optimize";
  for (const std::string &Flag : How.CompilerFlags)
    Text += " --cflags=" + Flag;
  if (!How.LayoutAsserts)
    Text += " --no-layout-asserts";
  return Text;
}

} // namespace stencilgen
