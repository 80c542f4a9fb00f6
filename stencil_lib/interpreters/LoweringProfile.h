// What is particular to one interpreter's instruction definitions: the "lowering" part of its profile.
//
// A profile is a JSON object; docs/dsl.md describes every key. Those of CPython's versions are built in.
#ifndef STENCILGEN_INTERPRETERS_LOWERINGPROFILE_H
#define STENCILGEN_INTERPRETERS_LOWERINGPROFILE_H

#include "dsl/Parser.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stencilgen {

struct LoweringProfile {
  std::string Name;
  dsl::LanguageOptions Language;

  /// Which calls may run arbitrary code.
  struct EscapeRules {
    /// How a micro-op as a whole is said to escape.
    enum class Rule {
      Calls,      ///< when it has an escaping call
      Statements, ///< as Calls, but a list of statements that ends in an unconditional exit does not count
      Names, ///< when it calls a function of the interpreter (a name with a prefix of Api) that is not listed
    };
    Rule By = Rule::Calls;
    llvm::StringSet<> NonEscaping;
    std::vector<std::string> NonEscapingPrefixes, NonEscapingSuffixes;
    std::vector<std::string> Api;    ///< Rule::Names: prefixes of the interpreter's functions
    std::vector<std::string> Always; ///< Rule::Names: calls and definitions (by part of the name) that escape
    llvm::StringSet<> Closes;        ///< calls that close the stack item they are given
    llvm::StringSet<> Consumes;      ///< calls that take over the reference of the item they are given
    llvm::StringSet<>
        ClosesWith; ///< calls that close an item with the destructor that is the second argument
    llvm::StringSet<> PlainDeallocators; ///< destructors that run no arbitrary code
  } Escapes;

  /// Names whose use gives a property.
  std::vector<std::string> ErrorWithPop, ErrorWithoutPop, CellFunctions, UsesLocals;
  std::vector<std::string> SyncsStack = {"SYNC_SP"};
  std::vector<std::string> EvalBreakerNames; ///< parts of the names of micro-ops
  std::vector<std::string> EvalBreakerUses;  ///< names a body uses
  std::string EvalBreakerAtEnd;    ///< a call of this that ends a body comes after its outputs are written
  std::vector<std::string> Leaves; ///< after which an instruction runs that is not the one that follows
  llvm::StringSet<> Exits;         ///< macros after which a body never goes on

  /// Which micro-ops tier 2 leaves out.
  struct ViabilityRules {
    llvm::StringSet<> Always;           ///< kept whatever they use
    llvm::StringSet<> Tier1ControlFlow; ///< micro-ops tied to tier 1
    unsigned MaxOperands = 2;
    std::string TooManyOperands;   ///< the reason given
    bool EvalBreakerAlone = false; ///< a check for pending work excludes errors, exits and deopts
    bool SplitOnOparg = false;     ///< `split` makes two halves, for oparg & 1
  } Viability;

  /// How the value stack is kept.
  struct StackRules {
    enum class Model {
      Tracked, ///< values live in locals until something needs them in memory; liveness is checked
      Direct,  ///< inputs are read at the start and outputs written at the end
    };
    Model By = Model::Tracked;
    unsigned CachedItems = 0; ///< the top of the stack is passed in this many registers; 0: none
    unsigned LargeBody = 0;   ///< bodies of more tokens exist for one depth only
    /// Depths that do not follow from the effect.
    enum class Depths {
      Convert, ///< from every depth to every other
      Flush,   ///< from every depth to 0
      None,    ///< only 0 to 0
    };
    llvm::StringMap<Depths> Special;
    bool JoinsConditionals = false; ///< after an #if without #else only what holds without the branch, too
    bool ScalarReplicas =
        false; ///< replicas whose body does not use oparg have scalars for arrays sized by it
  } Stack;

  /// How opcodes and micro-ops are numbered.
  struct OpcodeRules {
    std::vector<std::pair<std::string, unsigned>> Fixed;
    unsigned FirstSpecialized = 129;
    unsigned LastInstrumented = 254;
    std::string InstrumentedPrefix;
    std::vector<std::string> ExtraInstrumented; ///< defined elsewhere, but numbered with these
    unsigned FirstPseudo = 256;
    unsigned FirstUop = 300;
    std::vector<std::string> FirstUops;                            ///< numbered before the others
    std::vector<std::pair<std::string, std::string>> ExtraMembers; ///< instruction and the family it joins
    bool Number = true;
  } Opcodes;

  /// The C text that is generated, by key; placeholders in braces are replaced.
  std::map<std::string, std::string, std::less<>> Text;
  bool HasTier1 = false, HasTier2 = false; ///< Text has the keys of that tier
  bool TracksFrame = false; ///< Text has the keys of "frame": the stack pointer in it is followed, too
  std::map<unsigned, std::string> OperandTypes; ///< by size in code units

  /// The text of \p Key; the reader has checked that every key exists.
  llvm::StringRef text(llvm::StringRef Key) const;
};

/// Reads a profile.
/// \param File  the name for messages
/// \param Definitions  what it is to be used for: "ifNamed" changes the profile by what they name
/// Errors: not JSON, a key missing, unknown or of the wrong type; each names the key.
llvm::Expected<LoweringProfile> readLoweringProfile(llvm::StringRef File, llvm::StringRef Json,
                                                    llvm::ArrayRef<dsl::SourceText> Definitions);

/// The built-in profile of a tool that was given none.
inline constexpr const char *DefaultLoweringProfile = "cpython-3.14";

/// The built-in profile \p Name, or the one in the file of that name.
/// \param Definitions  as readLoweringProfile's
/// Errors: neither exists (with the nearest built-in name), or readLoweringProfile's.
llvm::Expected<LoweringProfile> loadLoweringProfile(llvm::StringRef NameOrFile,
                                                    llvm::ArrayRef<dsl::SourceText> Definitions);

/// The names of the built-in profiles.
std::vector<llvm::StringRef> builtinLoweringProfiles();

/// \p Template with every `{key}` of \p Values replaced.
std::string fillTemplate(llvm::StringRef Template,
                         std::initializer_list<std::pair<llvm::StringRef, llvm::StringRef>> Values);

} // namespace stencilgen

#endif
