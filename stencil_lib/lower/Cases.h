// The product of lowering: for each micro-op, the C text of its switch case.
#ifndef STENCILGEN_LOWER_CASES_H
#define STENCILGEN_LOWER_CASES_H

#include <string>
#include <vector>

namespace stencilgen {

/// One micro-op as C: `case NAME: { ... }`, ready to be put where the template says CASE.
struct Case {
  std::string Name;
  std::string Text; ///< from `case` to the closing brace, lines separated by \n
  std::string File; ///< the file the first line of Text is in, as the user named it
  unsigned Line;    ///< of the first line of Text, from 1
};

/// All micro-ops of an interpreter, in the order of the definitions.
struct Cases {
  std::vector<Case> List;
};

} // namespace stencilgen

#endif
