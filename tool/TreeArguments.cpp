// See TreeArguments.h.
#include "TreeArguments.h"
#include "BuildArguments.h"

using namespace llvm;

namespace stencilgen {

SourceTrees TreeArguments::at(StringRef Source) const {
  auto Absolute = [](StringRef Path) { return Path.empty() ? "" : absolutePath(Path); };
  SourceTrees Trees;
  Trees.Source = absolutePath(Source);
  Trees.Configuration = Absolute(BuildDir);
  Trees.Sysroot = Absolute(Sysroot);
  Trees.Cases = Absolute(Cases);
  Trees.CompilerFlags = splitFlags(CFlags);
  Trees.Command = Profile.empty() ? "stencilgen cpython" : "stencilgen build";
  return Trees;
}

void addTreeOptions(CLI::App &Command, TreeArguments &Arguments, const std::string &With) {
  Command
      .add_option("-p,--configuration-dir", Arguments.BuildDir,
                  "with " + With +
                      ": the directory of the configuration header (CPython's pyconfig.h), if the\n"
                      "stencils were made with one")
      ->type_name("DIR");
  Command
      .add_option("--sysroot", Arguments.Sysroot,
                  "with " + With + ": the system headers, if the stencils were made with --sysroot")
      ->type_name("DIR");
  Command
      .add_option("--profile", Arguments.Profile,
                  "with " + With +
                      ": the profile that the stencils were made with, if it is not one of CPython's")
      ->type_name("PROFILE");
  Command
      .add_option("--cases", Arguments.Cases,
                  "with " + With +
                      ": the file of cases, if the stencils were made with one outside the trees")
      ->type_name("FILE");
  Command
      .add_option("--cflags", Arguments.CFlags,
                  "with " + With +
                      ": more compiler flags, if the stencils were made with some; flags that a\n"
                      "manifest names are not run")
      ->type_name("FLAGS");
}

} // namespace stencilgen
