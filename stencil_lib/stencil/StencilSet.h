// Stencils: machine code and data with holes, and everything that is known of how they were made.
#ifndef STENCILGEN_STENCIL_STENCILSET_H
#define STENCILGEN_STENCIL_STENCILSET_H

#include "interpreters/HeaderForm.h"
#include "interpreters/HoleProfile.h"
#include "interpreters/OptimizeProfile.h"
#include "lower/Cases.h"
#include "stencil/Recipe.h"
#include "support/Prototype.h"
#include "support/RecordLayout.h"
#include "support/SaveSlot.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// A place the JIT fills: S of the kind's formula is value + symbol, A is the addend. A kind with G in its
/// formula and a symbol refers to a data slot of the trace; one without a symbol has the slot's address in
/// value and addend.
struct Hole {
  uint64_t Offset; ///< bytes from the start of the stencil
  FixupKind Kind;
  std::string RawRelocation; ///< the object format's name, provenance only
  /// A hole value ("OPARG"), CodeValue or DataValue; of a derived hole a HoleExpression's text ("OPARG * 8");
  /// empty: nothing but the symbol.
  std::string Value;
  std::string Symbol; ///< a symbol of the interpreter; empty: none
  int64_t Addend;

  bool operator==(const Hole &) const = default;
};

/// Bytes with holes, like a section. Holes are in ascending order of their offsets.
struct Stencil {
  std::vector<uint8_t> Bytes;
  std::vector<Hole> Holes;

  bool operator==(const Stencil &) const = default;
};

/// The code and data of one micro-op, like an object file.
struct StencilGroup {
  std::string Name;
  std::string File;  ///< where the micro-op's C text is, relative to the source tree; empty: unknown
  unsigned Line = 0; ///< likewise, from 1; 0: unknown
  std::optional<CaseInfo> Info; ///< what the definitions say of it; its place is File and Line
  Stencil Code;
  Stencil Data;      ///< sections, then data slots: an address each
  bool Ends = false; ///< never goes on to what follows it; known where the header has tables

  bool operator==(const StencilGroup &) const = default;
};

/// A file that decides the output.
struct InputFile {
  std::string
      Root; ///< "source", "build", "clang" (Clang's own headers), "embedded" (this tool's) or "system"
  std::string Path; ///< relative to its root, absolute for "system"
  std::string Sha256;

  bool operator==(const InputFile &) const = default;
};

/// A file of a set beside its manifest.
struct SetFile {
  std::string Name; ///< without a directory
  std::string Sha256;

  bool operator==(const SetFile &) const = default;
};

/// The stencils of one interpreter for one target.
struct StencilSet {
  std::string ToolVersion;
  std::string LLVMVersion;
  std::string ProfileName;
  uint64_t ProfileRevision = 0;
  std::string Triple;
  std::string Condition; ///< C preprocessor condition of the target
  bool Debug = false;
  std::string Command;            ///< what was asked for, without paths: commandLine(How, Triple)
  Recipe How;                     ///< the same as values
  std::vector<std::string> Flags; ///< Clang's, with <source> and <build> in place of the trees
  std::vector<InputFile> Inputs;  ///< sorted by root and path
  std::string Digest;             ///< SHA-256 over all of the above
  std::vector<SetFile> Files;     ///< what was written beside the manifest, in the order of their names

  /// How the C header spells hole values and everything else that depends on the interpreter.
  std::vector<std::pair<std::string, std::string>> Expressions;
  ValueWidths Widths; ///< of the hole values that derived holes are made of
  HeaderForm Header;
  std::vector<RecordLayout> Layouts; ///< of the records that the stencils address, sorted by name
  std::vector<SaveSlot> Saves;       ///< the slots that stencils use as such
  Prototypes Functions;              ///< of symbols that are functions, as far as known

  std::optional<StencilGroup> Shim;
  std::vector<StencilGroup> Groups; ///< sorted by name

  bool operator==(const StencilSet &) const = default;
};

/// True for what C can name: letters, digits and _, no digit first.
bool isCIdentifier(llvm::StringRef Name);

/// The interpreter's symbols that holes name, sorted, each once.
std::vector<std::string> externalSymbols(const StencilSet &Set);

/// Leaves of Set.Functions those that holes name.
void keepUsedFunctions(StencilSet &Set);

} // namespace stencilgen

#endif
