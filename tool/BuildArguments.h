// What the commands that make stencils share: their options, and running the pipeline with progress on a
// terminal.
#ifndef STENCILGEN_TOOL_BUILDARGUMENTS_H
#define STENCILGEN_TOOL_BUILDARGUMENTS_H

#include "Commands.h"
#include "interpreters/Profile.h"
#include "pipeline/Pipeline.h"
#include <string>
#include <vector>

namespace stencilgen {

/// The options as they were given.
struct BuildArguments {
  std::string OutputDir = ".";
  bool Definitions = false;
  bool FromCases = false;
  std::string Cases; ///< the file; empty: the interpreter's own
  std::string CFlags;
  std::string Sysroot;
  std::string Stage;
  std::string Depfile;
  unsigned Threads = 0;
  bool Debug = false;
  bool Force = false;
  bool Verbose = false;
  bool Disassembly = false;
  bool NoLayoutAsserts = false;
  bool CfProtection = false;
  bool Optimize = false;
  bool Release = false;
  bool FreeThreaded = false;
  bool Gil = false;
};

/// Adds the options to a command. \p Arguments must live as long as it.
void addBuildOptions(CLI::App &Command, BuildArguments &Arguments);

/// Runs the pipeline, or prints a stage's product. \p Options brings the trees, triples and command; the rest
/// is taken from \p Arguments.
llvm::Expected<int> runBuild(const Profile &Interpreter, PipelineOptions Options,
                             const BuildArguments &Arguments);

/// The flags in a shell-quoted text, as --cflags takes it.
std::vector<std::string> splitFlags(llvm::StringRef Text);

/// How many threads a run gets that asked for \p Asked, 0: one a processor.
unsigned threadsFor(unsigned Asked);

/// An absolute name without . and .. in it, so that prefixes of file names are found.
std::string absolutePath(llvm::StringRef Name);

} // namespace stencilgen

#endif
