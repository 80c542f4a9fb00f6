// Whether two sets of cases are the same C, whatever their white space, comments and #line directives,
// and whether their numbers have the suffix of unsigned ones.
#ifndef STENCILGEN_LOWER_COMPARECASES_H
#define STENCILGEN_LOWER_COMPARECASES_H

#include "lower/Cases.h"
#include <optional>
#include <string>

namespace stencilgen {

/// Compares micro-op by micro-op, token by token.
/// \returns none when they are the same; else a text that shows the first micro-op that differs side by side
/// (Old on the left),
///          or names those that only one side has
std::optional<std::string> firstDifference(const Cases &Old, const Cases &New);

} // namespace stencilgen

#endif
