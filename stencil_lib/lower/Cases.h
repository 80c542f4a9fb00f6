// The product of lowering: for each micro-op, the C text of its switch case.
#ifndef STENCILGEN_LOWER_CASES_H
#define STENCILGEN_LOWER_CASES_H

#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// What the definitions say of a micro-op; absent where cases were read as text.
struct CaseInfo {
  std::string Uop; ///< the micro-op this is a variant of; the case's name where there are no variants
  std::optional<unsigned> Opcode;    ///< its number in tier 2
  std::vector<std::string> Inputs;   ///< deepest first: "value", "args[oparg]"
  std::vector<std::string> Outputs;  ///< likewise
  std::vector<std::string> Operands; ///< "version/2"
  std::vector<std::string> Properties;
  std::optional<unsigned> CachedIn, CachedOut; ///< stack items in registers; where the interpreter has that
  std::string DefinitionFile;                  ///< as the user named it
  unsigned DefinitionLine = 0;                 ///< from 1

  bool operator==(const CaseInfo &) const = default;
};

/// One micro-op as C: `case NAME: { ... }`, ready to be put where the template says CASE.
struct Case {
  std::string Name;
  std::string Text; ///< from `case` to the closing brace, lines separated by \n
  std::string File; ///< the file the first line of Text is in, as the user named it
  unsigned Line;    ///< of the first line of Text, from 1
  std::optional<CaseInfo> Info = std::nullopt;
};

/// A micro-op that has no case, and why: "is replaced".
struct OmittedCase {
  std::string Name;
  std::string Reason;
  size_t Before; ///< index in Cases::List of the case it would stand before
};

/// All micro-ops of an interpreter, in the order of the definitions.
struct Cases {
  std::vector<Case> List;
  std::vector<OmittedCase> Omitted = {};
};

} // namespace stencilgen

#endif
