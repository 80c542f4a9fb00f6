// Whether two sets of cases are the same C, whatever their white space, comments and #line directives,
// and whether their numbers have the suffix of unsigned ones.
#ifndef STENCILGEN_LOWER_COMPARECASES_H
#define STENCILGEN_LOWER_COMPARECASES_H

#include "lower/Cases.h"
#include <optional>
#include <string>

namespace stencilgen {

/// What is not the same in two sets of cases.
struct CasesDifference {
  size_t Count = 0;    ///< micro-ops that differ, or that one side alone has
  std::string First;   ///< the first of them
  std::string Message; ///< lines that show it side by side, Old on the left, or tell which side has it
};

/// Compares micro-op by micro-op, token by token. \returns none when they are the same.
std::optional<CasesDifference> compareCases(const Cases &Old, const Cases &New);

} // namespace stencilgen

#endif
