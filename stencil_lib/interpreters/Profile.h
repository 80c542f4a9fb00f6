// A profile: what is particular to one interpreter version. Names, flags, hole values and their expressions,
// targets, the header's patch functions. Profiles are JSON files in this folder, embedded when the tool is
// built.
#ifndef STENCILGEN_INTERPRETERS_PROFILE_H
#define STENCILGEN_INTERPRETERS_PROFILE_H

#include "FixupKinds.h"
#include "support/Json.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace stencilgen {

/// Where the sections of an object file come to lie in code and data.
enum class SectionPlacement : uint8_t {
  Packed,  ///< right after each other
  Aligned, ///< sections of data at multiples of their alignment
  AtAddresses, ///< code and data together as their addresses in the file say; data begins where code ends
};

/// A target an interpreter version has stencils for.
struct TargetProfile {
  std::string Pattern;            ///< regular expression over triples (llvm::Regex, extended)
  std::string Triple;             ///< the usual spelling, for lists and suggestions
  std::vector<std::string> Flags; ///< added to the profile's
  std::string Why;                ///< a sentence on the flags, for people
  std::string Convention;         ///< how stencils call each other, for people
  std::string Reach;              ///< how far a branch reaches, for people
  std::string Condition;          ///< C preprocessor condition under which the dispatcher takes this target
  std::string SymbolPrefix;       ///< what the object format puts before C names
  uint64_t CodeAlignment;         ///< bytes; code is filled up with nops to a multiple of it
  std::vector<uint8_t> Nop;
  bool DropTrailingJump; ///< a jump at the end to the code that follows is left out
  SectionPlacement Sections;
  uint64_t
      MaxDataAlignment; ///< bytes; the JIT places data anywhere, the processor reads up to this from anywhere

  /// Lines of the configuration header that is used when the user gives none; none: the user must.
  std::vector<std::string> Configuration;
  std::string ConfigurationDir; ///< the same, as a directory of the source tree that has one; empty: none

  /// What the header spells differently from HeaderProfile.
  std::map<FixupKind, std::string> PatchFunctions;
  bool DescendingOrdinals; ///< see HeaderProfile
};

/// The hole values every interpreter has: the addresses of this micro-op's own code and data.
inline constexpr const char *CodeValue = "CODE";
inline constexpr const char *DataValue = "DATA";

/// A value that the JIT knows when it patches: `NAME` fills holes of the symbol prefix + NAME.
struct HoleValueProfile {
  std::string Name;
  std::string Expression; ///< C, as the header spells it
};

/// One patch function for two neighbouring instructions that make one address, where the JIT can then do
/// better than with each alone.
struct PairFunction {
  FixupKind First;
  FixupKind Second;
  std::string Function;

  bool operator==(const PairFunction &) const = default;
};

/// The forms in which stencils are written for an interpreter.
enum class HeaderDialect {
  CPython, ///< a function a stencil, as Python/jit.c includes them
  Tables,  ///< tables for stencilgen's own runtime
};

/// How the C header spells what depends on the interpreter.
struct HeaderProfile {
  HeaderDialect Dialect = HeaderDialect::CPython;
  std::string Prefix;         ///< Tables: what every name in the header begins with
  std::string ContinueValue;  ///< Tables: the hole value of the code that follows
  uint64_t CodeAlignment = 1; ///< Tables: the target's, bytes
  std::vector<std::string>
      EmitParameters;    ///< lines of an emit function's parameter list, without the parentheses
  std::string TableSize; ///< C expression: entries of the table of stencil groups
  std::map<FixupKind, std::string> PatchFunctions;
  std::map<FixupKind, std::string> TrampolineFunctions; ///< for branches to symbols that may be out of reach
  std::vector<PairFunction> Pairs;
  /// Symbols that need trampolines are numbered from the last hole of a stencil to the first: the order of
  /// the relocations in a Mach-O file.
  bool DescendingOrdinals = false;

  bool operator==(const HeaderProfile &) const = default;
};

struct Profile {
  std::string Text; ///< the document it was read from
  std::string Name; ///< "cpython-3.14"
  uint64_t Revision;

  std::string TemplateFile;                 ///< relative to the source tree
  std::string ShimFile;                     ///< likewise; empty: no shim
  std::vector<std::string> DefinitionFiles; ///< likewise; none: the micro-ops come from CasesFile
  std::string CasesFile;                    ///< likewise; empty: none
  std::string ConfigurationFile;            ///< relative to the build's configuration directory; empty: none

  bool EmbeddedHeaders; ///< system headers are the tool's own, not those of the machine
  std::vector<std::string> Includes; ///< directories relative to the source tree
  std::vector<std::string> Flags;
  std::vector<std::string> ReleaseFlags;
  std::vector<std::string> DebugFlags;
  std::string Entry;       ///< the template's function
  std::string OpcodeMacro; ///< defined as the micro-op's name around each copy of the function
  bool NumberCases = false; ///< give the cases numbers, as no header of the interpreter does
  std::string CaseMarker;  ///< the identifier in the template that the case replaces

  std::string HolePrefix;    ///< "_JIT_"
  std::string ContinueValue; ///< the hole value of the code that follows
  std::vector<HoleValueProfile> HoleValues;

  HeaderProfile Header;
  std::vector<TargetProfile> Targets;

  /// The header's spelling for a target.
  HeaderProfile headerFor(const TargetProfile &Target) const;

  /// The hole value with this name, null when the profile has none.
  const HoleValueProfile *holeValue(llvm::StringRef Name) const;
  /// The target of a triple. Errors: unknown triple; the message lists the known ones and suggests the
  /// nearest.
  llvm::Expected<const TargetProfile *> target(llvm::StringRef Triple) const;
};

/// Reads the part of a profile, or of a manifest, that says how the header is spelled. Errors are recorded in
/// its document.
HeaderProfile readHeaderProfile(JsonObject Header);

/// Reads a profile. \p File names it in errors. Errors: not JSON, a member missing or of another type, an
/// unknown fixup kind, a pattern that is no regular expression.
llvm::Expected<Profile> parseProfile(llvm::StringRef File, llvm::StringRef Text);

/// The embedded profile of this name. Errors: no such profile with stencils; the message lists those there
/// are.
llvm::Expected<Profile> loadProfile(llvm::StringRef Name);

/// The names of the embedded profiles that describe stencils, sorted. (The others describe definitions only.)
std::vector<llvm::StringRef> profileNames();

} // namespace stencilgen

#endif
