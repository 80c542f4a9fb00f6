// Distances on the value stack: a number plus and minus symbolic sizes.
#ifndef STENCILGEN_UOPS_STACKOFFSET_H
#define STENCILGEN_UOPS_STACKOFFSET_H

#include "uops/Uop.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <string>

namespace stencilgen::uops {

/// `number + sizes - sizes`. Sizes are C expressions compared by their text; equal ones on both sides cancel.
class StackOffset {
public:
  StackOffset() = default;

  /// How far \p Item reaches: 1 for a scalar, its size for an array.
  static StackOffset of(const StackItem &Item);

  StackOffset operator+(const StackOffset &Other) const;
  StackOffset operator-(const StackOffset &Other) const;
  bool operator==(const StackOffset &Other) const = default;

  bool isZero() const { return Numeric == 0 && Positive.empty() && Negative.empty(); }
  /// The number, when there are no symbolic sizes.
  std::optional<long> asNumber() const {
    return Positive.empty() && Negative.empty() ? std::optional(Numeric) : std::nullopt;
  }
  /// As a C expression: "-2", "-1 - oparg".
  std::string toC() const;

private:
  long Numeric = 0;
  llvm::SmallVector<llvm::StringRef, 1> Positive, Negative; ///< sorted

  void cancel();
};

/// A distance as plain lists of what was taken and what was put, numbers among them, in the order that
/// happened. The older generator of CPython keeps distances this way, and the order of terms it prints
/// follows from it.
class TermOffset {
public:
  void pop(llvm::StringRef Size) { Popped.push_back(Size); }
  void push(llvm::StringRef Size) { Pushed.push_back(Size); }
  /// As a C expression; first removes what stands in both lists.
  std::string toC();

private:
  std::vector<llvm::StringRef> Popped, Pushed;
};

/// A size as an operand of an expression: in parentheses, unless it is a product or has them.
std::string asOperand(llvm::StringRef Size);

/// What an instruction takes from the stack and leaves there in its place.
struct NetEffect {
  StackOffset Popped, Pushed;
};

/// The effect of the parts of \p I, one after the other. Source: Tools/cases_generator/stack.py,
/// get_stack_effect.
NetEffect netEffect(const Instruction &I);

} // namespace stencilgen::uops

#endif
