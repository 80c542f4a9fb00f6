// What a run is asked to make, and what its caller hears while it does.
#ifndef STENCILGEN_PIPELINE_OPTIONS_H
#define STENCILGEN_PIPELINE_OPTIONS_H

#include "stencil/Recipe.h"
#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>
#include <vector>

namespace stencilgen {

/// One way of building the interpreter.
struct BuildKind {
  bool Debug = false;
  bool FreeThreaded = false; ///< without a global lock
};

/// What to make of a source tree.
struct PipelineOptions {
  std::string Command;     ///< the subcommand, for the comment that says how a file was made
  std::string ProfileFile; ///< where the profile was read from; empty: it is part of this tool
  std::string SourceDir;
  /// Where the configuration header (pyconfig.h) is; empty: the target's own, in the profile.
  std::string ConfigurationDir;
  /// Where the target's system headers are (Clang's --sysroot); empty: as the profile says.
  std::string Sysroot;
  std::string OutputDir;
  MicroOpSource Source = MicroOpSource::Agreed;
  std::string CasesFile; ///< for MicroOpSource::Cases; empty: the profile's, in SourceDir
  std::vector<std::string> Triples;
  /// One: files have their usual names. More: names and conditions of the dispatcher tell them apart.
  std::vector<BuildKind> Kinds = std::vector<BuildKind>(1);
  std::vector<std::string> ExtraFlags; ///< for Clang, after all others
  bool Force = false;                  ///< make everything, changed or not
  bool WithDisassembly = false;        ///< in the manifest
  bool LayoutAsserts = true;           ///< in the header
  bool CfProtection = false; ///< mark where indirect jumps may land, for processors that check (CET, BTI)
  unsigned Threads = 1;
};

/// What the caller hears while the pipeline runs: from any thread, one call at a time.
struct PipelineEvents {
  std::function<void(llvm::StringRef Text)> Warning; ///< Clang's warnings, rendered
  std::function<void(llvm::StringRef Text)> Verbose; ///< what is done, one line each
  std::function<void(llvm::StringRef Triple, size_t Done, size_t Total)> Progress;
};

} // namespace stencilgen

#endif
