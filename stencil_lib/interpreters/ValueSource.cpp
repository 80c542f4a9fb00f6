// See ValueSource.h.
#include "interpreters/ValueSource.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

std::optional<ValueSource> parseValueSource(StringRef Expression) {
  StringRef Rest = Expression.trim();
  ValueSource Source{ValueSource::Kind::Operand, 0, 0, 64};
  unsigned MaxIndex = 3;
  if (Rest.consume_front("target[")) {
    Source.From = ValueSource::Kind::Target;
    MaxIndex = 1;
  } else if (Rest.consume_front("trace[")) {
    Source.From = ValueSource::Kind::Trace;
    MaxIndex = 3;
  } else if (!Rest.consume_front("operand[")) {
    return std::nullopt;
  }
  if (Rest.consumeInteger(10, Source.Index) || Source.Index > MaxIndex || !Rest.consume_front("]"))
    return std::nullopt;
  Rest = Rest.ltrim();
  if (Rest.consume_front(">>")) {
    Rest = Rest.ltrim();
    if (Rest.consumeInteger(10, Source.Shift) || Source.Shift > 63)
      return std::nullopt;
    Rest = Rest.ltrim();
  }
  if (Rest.consume_front("&")) {
    uint64_t Mask;
    Rest = Rest.ltrim();
    if (Rest.consumeInteger(0, Mask) || Mask == 0 || !isMask_64(Mask))
      return std::nullopt;
    Source.Width = llvm::popcount(Mask);
  }
  if (!Rest.trim().empty())
    return std::nullopt;
  return Source;
}

} // namespace stencilgen
