// Arithmetic on stack offsets.
//
// Negated terms come before added ones in the C text, each kind in alphabetical order: the order CPython's
// generator prints (Tools/cases_generator/stack.py), so that its output can be compared with ours.
#include "lower/StackOffset.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using namespace llvm;

namespace stencilgen::lower {

StackOffset StackOffset::of(const uops::StackItem &Item) {
  StackOffset Result;
  StringRef Size = Item.Size.trim();
  if (Size.empty()) {
    Result.Numeric = 1;
  } else if (int Number; !Size.getAsInteger(10, Number)) {
    Result.Numeric = Number;
  } else {
    Size.consume_front("+");
    bool Negated = Size.consume_front("-");
    (Negated ? Result.Negative : Result.Positive).push_back(Size.trim());
  }
  return Result;
}

/// Removes terms that stand on both sides.
void StackOffset::cancel() {
  llvm::sort(Positive);
  llvm::sort(Negative);
  if (Positive.empty() || Negative.empty())
    return;
  SmallVector<StringRef, 1> P, N;
  std::set_difference(Positive.begin(), Positive.end(), Negative.begin(), Negative.end(),
                      std::back_inserter(P));
  std::set_difference(Negative.begin(), Negative.end(), Positive.begin(), Positive.end(),
                      std::back_inserter(N));
  Positive = std::move(P);
  Negative = std::move(N);
}

StackOffset StackOffset::operator+(const StackOffset &Other) const {
  StackOffset Result = *this;
  Result.Numeric += Other.Numeric;
  Result.Positive.append(Other.Positive);
  Result.Negative.append(Other.Negative);
  Result.cancel();
  return Result;
}

StackOffset StackOffset::operator-(const StackOffset &Other) const {
  StackOffset Result = *this;
  Result.Numeric -= Other.Numeric;
  Result.Positive.append(Other.Negative);
  Result.Negative.append(Other.Positive);
  Result.cancel();
  return Result;
}

/// A size as an operand: products and names need no parentheses.
static std::string asOperand(StringRef Size) {
  bool Simple = all_of(Size, [](char C) { return isAlnum(C) || C == '_' || C == '*' || isSpace(C); });
  if (Simple || (Size.starts_with("(") && Size.ends_with(")")))
    return Size.str();
  return "(" + Size.str() + ")";
}

std::string StackOffset::toC() const {
  std::string Terms;
  for (StringRef Size : Negative)
    Terms += " - " + asOperand(Size);
  for (StringRef Size : Positive)
    Terms += " + " + asOperand(Size);
  if (Terms.empty() || Numeric != 0)
    return std::to_string(Numeric) + Terms;
  // Without a number, the first term's sign is a prefix, or nothing.
  return Terms[1] == '-' ? "-" + Terms.substr(3) : Terms.substr(3);
}

} // namespace stencilgen::lower
