// A profile: what is particular to one interpreter version. Names, flags, hole values and their expressions,
// targets, the header's patch functions. Profiles are JSON files in this folder, embedded when the tool is
// built.
#ifndef STENCILGEN_INTERPRETERS_PROFILE_H
#define STENCILGEN_INTERPRETERS_PROFILE_H

#include "interpreters/HeaderForm.h"
#include "interpreters/HoleProfile.h"
#include "interpreters/JitSource.h"
#include "interpreters/LayoutProfile.h"
#include "interpreters/OptimizeProfile.h"
#include "llvm/Support/Error.h"

namespace stencilgen {

/// A target an interpreter version has stencils for.
struct TargetProfile {
  std::string Pattern;            ///< regular expression over triples (llvm::Regex, extended)
  std::string Triple;             ///< the usual spelling, for lists and suggestions
  std::vector<std::string> Flags; ///< added to the profile's
  std::vector<std::string>
      HardeningFlags;              ///< that mark where an indirect jump may land; none: the target cannot
  std::vector<uint8_t> LandingPad; ///< the instruction that they put there
  unsigned RegisterArguments = 0;  ///< of stencils, in C's convention on i386 (regparm)
  std::optional<unsigned> IrConvention; ///< of stencils, an llvm::CallingConv::ID; none: as the C text says
  std::string Why;                      ///< a sentence on the flags, for people
  std::string Convention;               ///< how stencils call each other, for people
  std::string Reach;                    ///< how far a branch reaches, for people
  std::string Condition; ///< C preprocessor condition under which the dispatcher takes this target
  LayoutProfile Layout;
  bool WithoutShim = false;              ///< C calls stencils as they are: the shim is an empty stencil
  std::vector<std::string> StencilFlags; ///< added for the template alone
  std::vector<std::string> ShimFlags;    ///< added for the shim alone
  /// LLVM's name of the register that no stencil may touch, so that stacks can be unwound through them;
  /// empty: there is none.
  std::string FramePointer;

  /// Lines of the configuration header that is used when the user gives none; none: the user must.
  std::vector<std::string> Configuration;
  std::string ConfigurationDir; ///< the same, as a directory of the source tree that has one; empty: none

  /// What the header spells differently from the profile's.
  FunctionChoices PatchFunctions;
  std::map<FixupKind, std::string> TrampolineFunctions;
};

/// What one way of building the interpreter changes for its stencils.
struct BuildVariant {
  std::vector<std::string> Flags;         ///< added to the profile's
  std::vector<std::string> Configuration; ///< lines added to the profile's own configuration header
  std::string
      Condition; ///< C preprocessor condition that tells it from the other way; empty: there is no other way

  bool operator==(const BuildVariant &) const = default;
};

struct Profile {
  std::string Text; ///< the document it was read from
  std::string Name; ///< "cpython-3.14"
  uint64_t Revision;
  std::vector<std::string> Versions; ///< of the interpreter that it is for, "3.14"; none: the name tells

  std::string TemplateFile;  ///< relative to the source tree
  std::string ShimFile;      ///< likewise; compiled to a stencil; empty: no such shim
  std::string EntryShimFile; ///< likewise; compiled to an object file the interpreter links; empty: none
  std::vector<std::string> DefinitionFiles; ///< likewise; none: the micro-ops come from CasesFile
  std::string CasesFile;                    ///< likewise; empty: none
  std::string JitFile; ///< likewise: the C file that includes the header; empty: nothing is known of it
  std::string ConfigurationFile; ///< relative to the build's configuration directory; empty: none

  bool EmbeddedHeaders;              ///< system headers are the tool's own, not those of the machine
  std::vector<std::string> Includes; ///< directories relative to the source tree
  std::vector<std::string> Flags;
  std::vector<std::string> StencilFlags; ///< for the template alone
  std::vector<std::string> ReleaseFlags;
  std::vector<std::string> DebugFlags;
  BuildVariant Debug, FreeThreaded;
  std::string Entry;                     ///< the template's function
  std::string ShimEntry;                 ///< the shim's function
  std::string OpcodeMacro;               ///< defined as the micro-op's name around each copy of the function
  bool NumberCases = false;              ///< number the cases, for interpreters whose headers do not
  std::vector<std::string> TraceEntries; ///< the micro-ops that traces begin with; none: any
  std::string CaseMarker;                ///< the identifier in the template that the case replaces
  bool OneSwitch =
      false; ///< the template's switch is over a variable, so that Clang compiles all cases each time

  HoleProfile Holes;

  bool CanonicalTriples =
      false;         ///< Clang and the names of files get a target's usual triple, whatever was asked for
  HeaderForm Header; ///< but for patch functions, which headerFor chooses
  FunctionChoices PatchFunctions;
  std::string
      HeaderFile; ///< the one header that is made, for one target; empty: a header a target and a dispatcher
  std::vector<TargetProfile> Targets;
  OptimizeProfile Optimize;

  /// The header's spelling for a target. Where \p Jit is given, it has of patch functions the first that is
  /// there; a function for a pair when that is there, which gets two places when it has three parameters.
  HeaderForm headerFor(const TargetProfile &Target, const JitSource *Jit = nullptr) const;

  /// The target of a triple. Errors: unknown triple; the message lists the known ones and suggests the
  /// nearest.
  llvm::Expected<const TargetProfile *> target(llvm::StringRef Triple) const;
};

/// Reads a profile. \p File names it in errors. Errors: not JSON, a member missing or of another type, an
/// unknown fixup kind, a pattern that is no regular expression.
llvm::Expected<Profile> parseProfile(llvm::StringRef File, llvm::StringRef Text);

/// The embedded profile of this name. Errors: no such profile with stencils; the message lists those there
/// are.
llvm::Expected<Profile> loadProfile(llvm::StringRef Name);

/// \p Interpreter for stencils that are optimised beyond what Clang does: with its facts, those of the
/// profile itself or, for an embedded one, those in NAME-optimize.json, or in that of the profile it extends.
/// Where a target's branches can be laid out anew, they are. Errors: those of parseProfile.
llvm::Expected<Profile> optimizedProfile(const Profile &Interpreter);

/// The names of the embedded profiles that describe stencils, sorted. (The others describe definitions only.)
std::vector<llvm::StringRef> profileNames();

} // namespace stencilgen

#endif
