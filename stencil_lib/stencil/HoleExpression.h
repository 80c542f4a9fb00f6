// What fills a derived hole: arithmetic over the interpreter's hole values, which the JIT does when it
// patches.
#ifndef STENCILGEN_STENCIL_HOLEEXPRESSION_H
#define STENCILGEN_STENCIL_HOLEEXPRESSION_H

#include "interpreters/OptimizeProfile.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/ConstantRange.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// An expression of 64 bits over hole values and numbers; hole values that ValueWidths does not name have 64.
/// Sums and products wrap at 2^64. Values are unsigned numbers of their widths. It is made simplified: what
/// is constant is a number, and a mask that changes nothing is left out.
///
/// The text form is C's, with C's precedence, and `sext32(x)` for the low 32 bits of x with their sign:
/// `OPARG * 8 + 0x50`, `(OPERAND0 & 0xffff) << 3`.
class HoleExpression {
public:
  enum class Operator : uint8_t {
    Value,
    Number,
    Multiply,
    Add,
    Subtract,
    ShiftLeft,
    ShiftRight,
    And,
    Xor,
    Or,
    SignExtend
  };

  static HoleExpression value(llvm::StringRef Name);
  static HoleExpression number(uint64_t Number);
  /// \p Kind is one with two operands. \p Widths says which masks change nothing.
  static HoleExpression binary(Operator Kind, const HoleExpression &Left, const HoleExpression &Right,
                               const ValueWidths &Widths);
  /// The low \p Bits of \p Of, without their sign or with it.
  static HoleExpression zeroExtend(const HoleExpression &Of, unsigned Bits, const ValueWidths &Widths);
  static HoleExpression signExtend(const HoleExpression &Of, unsigned Bits, const ValueWidths &Widths);

  /// Reads the text form. None where it is no expression, has more than 400 characters, or is not as text()
  /// writes it. A name alone is an expression, too.
  static std::optional<HoleExpression> parse(llvm::StringRef Text);

  std::string text() const;
  /// As C: \p Spell gives the C expression of a hole value. The type is uint64_t, or int where no step leaves
  /// the range of int, which \p Widths shows.
  std::string cText(const ValueWidths &Widths,
                    llvm::function_ref<std::string(llvm::StringRef Name)> Spell) const;
  uint64_t evaluate(llvm::function_ref<uint64_t(llvm::StringRef Name)> ValueOf) const;
  /// A range of 64 bits that has every value it can take.
  llvm::ConstantRange range(const ValueWidths &Widths) const;
  /// The hole values in it, in the order of the text; a name may be there more than once.
  std::vector<std::string> values() const;
  /// The number, where it is one.
  std::optional<uint64_t> asNumber() const;
  Operator kind() const { return Root->Kind; }

private:
  struct Node {
    Operator Kind;
    std::string Name;    ///< Value
    uint64_t Number = 0; ///< Number; SignExtend: its bits
    std::shared_ptr<const Node> Left, Right;
  };
  using NodePtr = std::shared_ptr<const Node>;
  friend class ExpressionParser;

  explicit HoleExpression(NodePtr Root) : Root(std::move(Root)) {}
  static HoleExpression make(Operator Kind, NodePtr Left, NodePtr Right, uint64_t Number = 0);

  NodePtr Root;
};

/// What stands between the prefix of holes and the text of an expression in the name of a derived hole's
/// symbol, `_JIT_=OPARG * 8 + 0x50`: an object file says by itself what fills its holes.
inline constexpr const char *DerivedMark = "=";

/// True for the value of a derived hole: not a hole value's name alone.
bool isDerivedValue(llvm::StringRef Value);

/// Calls \p Visit for each hole value that \p Value, a hole's, depends on.
void forEachHoleValue(llvm::StringRef Value, llvm::function_ref<void(llvm::StringRef Name)> Visit);

/// The number that fills a hole of this value: an expression, or a name. \p Value must be one of them.
uint64_t evaluateHoleValue(llvm::StringRef Value, llvm::function_ref<uint64_t(llvm::StringRef Name)> ValueOf);

} // namespace stencilgen

#endif
