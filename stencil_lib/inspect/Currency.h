// Is a set of stencils the one that a source tree gives today?
#ifndef STENCILGEN_INSPECT_CURRENCY_H
#define STENCILGEN_INSPECT_CURRENCY_H

#include "inspect/Soundness.h"
#include "interpreters/Profile.h"
#include "pipeline/Inputs.h"
#include "pipeline/Pipeline.h"

namespace stencilgen {

/// The profile a set was made with: that of \p File, or, where that is empty, the built-in one of the set's
/// name. Errors: no such profile; those of parseProfile.
llvm::Expected<Profile> profileOf(const StencilSet &Set, llvm::StringRef File);

/// Where what a set was made from is now.
struct SourceTrees {
  std::string Source;
  std::string Configuration; ///< of the configuration header; empty: the target's own
  std::string Sysroot;       ///< empty: the profile's headers
};

/// How \p Set was made, with the trees where they are now; no output directory.
PipelineOptions optionsOf(const StencilSet &Set, const SourceTrees &Trees);

/// Checks that the set's digest is that of its inputs, flags and versions, as far as \p Interpreter is the
/// profile of then (its revision says so).
std::vector<Diagnostic> checkDigest(const InspectedSet &Inspected, const Profile &Interpreter);

/// Checks every input against the trees. Inputs that belong to another machine (roots "clang" and "system")
/// are left alone where they cannot be read.
std::vector<Diagnostic> checkInputs(const InspectedSet &Inspected, const Profile &Interpreter,
                                    const SourceTrees &Trees);

/// Makes the set again from the trees, in a directory of its own that is removed, and compares: one
/// diagnostic for each micro-op that differs. \p Threads as for the pipeline.
/// Errors: those of the pipeline.
llvm::Expected<std::vector<Diagnostic>> checkAgainst(const InspectedSet &Inspected,
                                                     const Profile &Interpreter, const SourceTrees &Trees,
                                                     unsigned Threads);

} // namespace stencilgen

#endif
