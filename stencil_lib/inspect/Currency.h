// Does a set of stencils match its source tree?
#ifndef STENCILGEN_INSPECT_CURRENCY_H
#define STENCILGEN_INSPECT_CURRENCY_H

#include "inspect/Soundness.h"
#include "interpreters/Profile.h"
#include "pipeline/Inputs.h"
#include "pipeline/Options.h"

namespace stencilgen {

/// The profile a set was made with: that of \p File or, if that is empty, the built-in one of the set's name.
/// Errors: no such profile; those of parseProfile.
llvm::Expected<Profile> profileOf(const StencilSet &Set, llvm::StringRef File);

/// Where the inputs of a set are now, and what its user vouches for: the set itself may come from anybody.
struct SourceTrees {
  std::string Source;
  std::string Configuration; ///< of the configuration header; empty: the target's own
  std::string Sysroot;       ///< empty: the profile's headers
  std::string Cases;         ///< the file of cases, if the set was made from one outside the trees
  std::vector<std::string> CompilerFlags; ///< --cflags of the user
  /// Program and subcommand that make sets with this profile: "stencilgen cpython", "stencilgen build".
  std::string Command = "stencilgen cpython";
};

/// How \p Set was made, with the trees where they are now; no output directory. No flag is taken from the
/// set. Errors: it was made with compiler flags, system headers or cases that the user has not named.
llvm::Expected<PipelineOptions> optionsOf(const StencilSet &Set, const SourceTrees &Trees);

/// Checks that the set's digest is that of its inputs, flags and versions, if \p Interpreter is still the
/// same profile (its revision tells).
std::vector<Diagnostic> checkDigest(const InspectedSet &Inspected, const Profile &Interpreter);

/// Checks every input against the trees. Inputs that belong to another machine (roots "clang" and "system")
/// are left out if they cannot be read. Errors: those of optionsOf and TargetPlan::create.
llvm::Expected<std::vector<Diagnostic>> checkInputs(const InspectedSet &Inspected, const Profile &Interpreter,
                                                    const SourceTrees &Trees);

/// What a set was compared with.
struct AgainstTree {
  std::vector<Diagnostic> Found;
  std::string KeptBy; ///< as ConfinedResult
};

/// Makes the set again from the trees, in a confined process that writes nothing, and compares everything:
/// each micro-op, every other member of the manifest \p Text, and the files beside it. Of a header alone,
/// what it has.
/// \param Threads       as for the pipeline
/// \param InputsDiffer  differences that follow from that are not reported
/// Errors: those of optionsOf, runConfined and the pipeline.
llvm::Expected<AgainstTree> checkAgainst(const InspectedSet &Inspected, llvm::StringRef Text,
                                         const Profile &Interpreter, const SourceTrees &Trees,
                                         unsigned Threads, bool InputsDiffer);

} // namespace stencilgen

#endif
