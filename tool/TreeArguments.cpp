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
                      ": where the configuration header is (CPython's pyconfig.h), if the stencils\n"
                      "were made with one")
      ->type_name("DIR");
  Command
      .add_option("--sysroot", Arguments.Sysroot,
                  "with " + With + ": where the system headers are, if the stencils were made with such")
      ->type_name("DIR");
  Command
      .add_option("--profile", Arguments.Profile,
                  "with " + With + ": the profile the stencils were made with, where it is none of CPython's")
      ->type_name("PROFILE");
  Command
      .add_option("--cases", Arguments.Cases,
                  "with " + With +
                      ": the file of cases, if the stencils were made with one outside the trees")
      ->type_name("FILE");
  Command
      .add_option("--cflags", Arguments.CFlags,
                  "with " + With +
                      ": the compiler flags, if the stencils were made with some; those that a file\n"
                      "names are not run")
      ->type_name("FLAGS");
}

} // namespace stencilgen
