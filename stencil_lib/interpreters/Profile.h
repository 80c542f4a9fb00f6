// A profile: what is particular to one interpreter version. Names, flags, hole values and their expressions,
// targets, the header's patch functions. Profiles are JSON files in this folder, embedded when the tool is
// built.
#ifndef STENCILGEN_INTERPRETERS_PROFILE_H
#define STENCILGEN_INTERPRETERS_PROFILE_H

#include "FixupKinds.h"
#include "interpreters/JitSource.h"
#include "interpreters/OptimizeProfile.h"
#include "support/Json.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <vector>

namespace stencilgen {

/// Where the sections of an object file come to lie in code and data.
enum class SectionPlacement : uint8_t {
  Packed,      ///< right after each other
  Aligned,     ///< sections of data at multiples of their alignment
  AtAddresses, ///< code and data together as their addresses in the file say; data begins where code ends
};

/// For each fixup kind the functions that may patch it, in order of preference: an interpreter's releases
/// differ in which of them they have.
using FunctionChoices = std::map<FixupKind, std::vector<std::string>>;

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
  std::string Condition;    ///< C preprocessor condition under which the dispatcher takes this target
  std::string SymbolPrefix; ///< what the object format puts before C names
  uint64_t CodeAlignment;   ///< bytes; code is filled up with nops to a multiple of it
  std::vector<uint8_t> Nop;
  bool DropTrailingJump;          ///< a jump at the end to the code that follows is left out
  bool KeepUnalignedJump = false; ///< but not where the code before it is no multiple of CodeAlignment
  bool InlineTrampolines = false; ///< a branch to a symbol goes to instructions behind the code that reach it
  bool WithoutShim = false;       ///< C calls stencils as they are: the shim is an empty stencil
  bool DropSlotJump; ///< also x86-64's jump through a data slot, `jmp *slot(%rip)` without a prefix
  SectionPlacement Sections;
  uint64_t
      MaxDataAlignment; ///< bytes; the JIT places data anywhere, the processor reads up to this from anywhere
  std::vector<std::string> StencilFlags; ///< added for the template alone
  std::vector<std::string> ShimFlags;    ///< added for the shim alone
  bool OptimizeLayout = false;           ///< lay out basic blocks anew, see stencil/LayoutOptimizer.h
  /// LLVM's name of the register that no stencil may touch, so that stacks can be unwound through them;
  /// empty: there is none.
  std::string FramePointer;
  /// Hole values of at most 32 bits that go into immediate operands, not through a data slot.
  std::vector<std::string> SmallConstants;

  /// Lines of the configuration header that is used when the user gives none; none: the user must.
  std::vector<std::string> Configuration;
  std::string ConfigurationDir; ///< the same, as a directory of the source tree that has one; empty: none

  /// What the header spells differently from HeaderProfile.
  FunctionChoices PatchFunctions;
  std::map<FixupKind, std::string> TrampolineFunctions;
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
  bool Apart = false; ///< the two need not be neighbours: the function takes both places

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
      EmitParameters;            ///< lines of an emit function's parameter list, without the parentheses
  std::string TableSize;         ///< C expression: entries of the table of stencil groups
  std::string ShimName = "shim"; ///< of the shim's emit function and group
  bool ShimLast = false;         ///< behind the micro-ops, not before them
  bool WholeBodies = false; ///< with the zeros at their ends, which the JIT's memory is not assumed to have
  bool SymbolMasks = true;  ///< symbols_map, and in each group a mask of the symbols it needs trampolines for
  std::map<FixupKind, std::string> PatchFunctions;
  std::map<FixupKind, std::string> TrampolineFunctions; ///< for branches to symbols that may be out of reach
  std::vector<PairFunction> Pairs;
  /// Where data slots of symbols belong to a trace and not to a stencil: the function that fills one, and the
  /// function that tells its address. Empty: they belong to the stencil.
  std::string PatchSlotFunction;
  std::string SlotAddressFunction;
  /// Symbols that need trampolines are numbered from the last hole of a stencil to the first: the order of
  /// the relocations in a Mach-O file.
  bool DescendingOrdinals = false;
  bool LayoutAsserts = true; ///< the header checks the layouts of the records that the stencils address

  bool operator==(const HeaderProfile &) const = default;
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

  std::string HolePrefix;    ///< "_JIT_"
  std::string ContinueValue; ///< the hole value of the code that follows; empty: ContinueLabel is used
  std::string ContinueLabel; ///< the symbol, without prefix, that is the end of the stencil's own code
  std::vector<HoleValueProfile> HoleValues;

  bool CanonicalTriples =
      false;            ///< Clang and the names of files get a target's usual triple, whatever was asked for
  HeaderProfile Header; ///< but for patch functions, which headerFor chooses
  FunctionChoices PatchFunctions;
  std::string
      HeaderFile; ///< the one header that is made, for one target; empty: a header a target and a dispatcher
  std::vector<TargetProfile> Targets;
  OptimizeProfile Optimize;

  /// The header's spelling for a target. Where \p Jit is given, it has of patch functions the first that is
  /// there; a function for a pair when that is there, which gets two places when it has three parameters.
  HeaderProfile headerFor(const TargetProfile &Target, const JitSource *Jit = nullptr) const;

  /// The hole value with this name, null when the profile has none.
  const HoleValueProfile *holeValue(llvm::StringRef Name) const;
  /// The target of a triple. Errors: unknown triple; the message lists the known ones and suggests the
  /// nearest.
  llvm::Expected<const TargetProfile *> target(llvm::StringRef Triple) const;
};

/// Reads the part of a profile, or of a manifest, that says how the header is spelled. Errors are recorded in
/// its document.
HeaderProfile readHeaderProfile(JsonObject Header);

/// The member \p Key of \p Object: bits by the names of hole values. Errors are recorded in its document.
ValueWidths readWidths(JsonObject Object, llvm::StringRef Key);

/// The fixup kind that \p Spelling names, which is at \p Key. Another name is recorded as an error that asks
/// for \p Expected; the result is then any kind.
FixupKind readFixupKind(JsonObject Object, llvm::StringRef Key, llvm::StringRef Spelling,
                        llvm::StringRef Expected);

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
