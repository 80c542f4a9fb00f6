// Arithmetic on stack offsets.
//
// Negated terms come before added ones in the C text, each kind in alphabetical order: the order CPython's
// generator prints (Tools/cases_generator/stack.py), so that its output can be compared with ours.
#include "uops/StackOffset.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

using namespace llvm;

namespace stencilgen::uops {

StackOffset StackOffset::of(const StackItem &Item) {
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

/// Removes what stands in both of two lists, largest first. \p Left and \p Right keep what is left when one
/// of them is used up, in rising order; what was found on one side only before that goes to \p OnlyLeft and
/// \p OnlyRight, in falling order.
template <typename List> static void cancelTerms(List &Left, List &Right, List &OnlyLeft, List &OnlyRight) {
  llvm::sort(Left);
  llvm::sort(Right);
  while (!Left.empty() && !Right.empty()) {
    int Order = Left.back().compare(Right.back());
    if (Order > 0)
      OnlyLeft.push_back(Left.back());
    if (Order < 0)
      OnlyRight.push_back(Right.back());
    if (Order >= 0)
      Left.pop_back();
    if (Order <= 0)
      Right.pop_back();
  }
}

/// Removes terms that stand on both sides.
void StackOffset::cancel() {
  SmallVector<StringRef, 1> OnlyPositive, OnlyNegative;
  cancelTerms(Positive, Negative, OnlyPositive, OnlyNegative);
  Positive.append(OnlyPositive);
  Negative.append(OnlyNegative);
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

std::string asOperand(StringRef Size) {
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

std::string TermOffset::toC() {
  if (!Popped.empty() && !Pushed.empty()) {
    std::vector<StringRef> OnlyPopped, OnlyPushed;
    cancelTerms(Popped, Pushed, OnlyPopped, OnlyPushed);
    llvm::append_range(OnlyPopped, Popped);
    llvm::append_range(OnlyPushed, Pushed);
    Popped = std::move(OnlyPopped);
    Pushed = std::move(OnlyPushed);
  }
  long Numeric = 0;
  std::string Terms;
  for (bool Negative : {true, false}) {
    for (StringRef Size : Negative ? Popped : Pushed) {
      int Number;
      if (!Size.getAsInteger(10, Number))
        Numeric += Negative ? -long(Number) : long(Number);
      else
        Terms += (Negative ? " - " : " + ") + asOperand(Size);
    }
  }
  if (Terms.empty() || Numeric != 0)
    return std::to_string(Numeric) + Terms;
  return Terms[1] == '-' ? "-" + Terms.substr(3) : Terms.substr(3);
}

NetEffect netEffect(const Instruction &I) {
  StackOffset Top, Base;
  SmallVector<StringRef> Above; // the sizes of the items from the base up
  for (const Part &P : I.Parts) {
    const auto *U = std::get_if<const Uop *>(&P);
    if (!U)
      continue;
    for (const StackItem &Input : reverse((*U)->Stack.Inputs)) {
      if (!Above.empty() && Above.back() != Input.Size) {
        Above.clear(); // items of another shape: what was there counts as taken
        Base = Top;
      }
      Top = Top - StackOffset::of(Input);
      if (Above.empty())
        Base = Top;
      else
        Above.pop_back();
    }
    for (const StackItem &Output : (*U)->Stack.Outputs) {
      Above.push_back(Output.Size);
      Top = Top + StackOffset::of(Output);
    }
  }
  return {StackOffset() - Base, Top - Base};
}

} // namespace stencilgen::uops
