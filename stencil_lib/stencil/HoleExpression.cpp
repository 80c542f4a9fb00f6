// See HoleExpression.h.
#include "stencil/HoleExpression.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

using Operator = HoleExpression::Operator;

namespace {

struct OperatorInfo {
  Operator Kind;
  StringRef Text;
  unsigned Precedence; ///< as in C, more binds tighter
};

constexpr OperatorInfo Binaries[] = {
    {Operator::Multiply, "*", 6},   {Operator::Add, "+", 5},         {Operator::Subtract, "-", 5},
    {Operator::ShiftLeft, "<<", 4}, {Operator::ShiftRight, ">>", 4}, {Operator::And, "&", 3},
    {Operator::Xor, "^", 2},        {Operator::Or, "|", 1},
};
constexpr unsigned PrimaryPrecedence = 7;
constexpr size_t MaxText = 400, MaxDepth = 40;

const OperatorInfo *binaryInfo(Operator Kind) {
  for (const OperatorInfo &Info : Binaries)
    if (Info.Kind == Kind)
      return &Info;
  return nullptr;
}

uint64_t apply(Operator Kind, uint64_t Left, uint64_t Right) {
  switch (Kind) {
  case Operator::Multiply:
    return Left * Right;
  case Operator::Add:
    return Left + Right;
  case Operator::Subtract:
    return Left - Right;
  case Operator::ShiftLeft:
    return Right < 64 ? Left << Right : 0;
  case Operator::ShiftRight:
    return Right < 64 ? Left >> Right : 0;
  case Operator::And:
    return Left & Right;
  case Operator::Xor:
    return Left ^ Right;
  case Operator::Or:
    return Left | Right;
  case Operator::Value:
  case Operator::Number:
  case Operator::SignExtend:
    break;
  }
  llvm_unreachable("no operator of two operands");
}

ConstantRange applyToRanges(Operator Kind, const ConstantRange &Left, const ConstantRange &Right) {
  switch (Kind) {
  case Operator::Multiply:
    return Left.multiply(Right);
  case Operator::Add:
    return Left.add(Right);
  case Operator::Subtract:
    return Left.sub(Right);
  case Operator::ShiftLeft:
    return Left.shl(Right);
  case Operator::ShiftRight:
    return Left.lshr(Right);
  case Operator::And:
    return Left.binaryAnd(Right);
  case Operator::Xor:
    return Left.binaryXor(Right);
  case Operator::Or:
    return Left.binaryOr(Right);
  case Operator::Value:
  case Operator::Number:
  case Operator::SignExtend:
    break;
  }
  llvm_unreachable("no operator of two operands");
}

std::string numberText(uint64_t Number) {
  return Number < 10 ? std::to_string(Number) : "0x" + utohexstr(Number, true);
}

} // namespace

/// Recursive descent over the text form.
class ExpressionParser {
public:
  explicit ExpressionParser(StringRef Text) : Rest(Text) {}

  std::optional<HoleExpression> parse() {
    auto Result = parseBinary(1, 0);
    if (!Result || !Rest.empty())
      return std::nullopt;
    return HoleExpression(Result);
  }

private:
  using NodePtr = HoleExpression::NodePtr;

  NodePtr parseBinary(unsigned Least, unsigned Depth) {
    NodePtr Left = parsePrimary(Depth);
    while (Left) {
      const OperatorInfo *Found = nullptr;
      for (const OperatorInfo &Info : Binaries)
        if (Info.Precedence >= Least && Rest.starts_with((" " + Info.Text + " ").str()))
          Found = &Info;
      if (!Found)
        return Left;
      Rest = Rest.drop_front(Found->Text.size() + 2);
      NodePtr Right = parseBinary(Found->Precedence + 1, Depth + 1);
      if (!Right)
        return nullptr;
      Left = HoleExpression::make(Found->Kind, Left, Right).Root;
    }
    return nullptr;
  }

  NodePtr parsePrimary(unsigned Depth) {
    if (Depth > MaxDepth)
      return nullptr;
    uint64_t Number = 0;
    if (StringRef Extended = Rest; Extended.consume_front("sext") && !Extended.consumeInteger(10, Number) &&
                                   Number > 0 && Number < 64 && Extended.starts_with("(")) {
      Rest = Extended;
      NodePtr Of = parsePrimary(Depth + 1);
      return Of ? HoleExpression::make(Operator::SignExtend, Of, nullptr, Number).Root : nullptr;
    }
    if (Rest.consume_front("(")) {
      NodePtr Inner = parseBinary(1, Depth + 1);
      return Inner && Rest.consume_front(")") ? Inner : nullptr;
    }
    if (!Rest.empty() && isDigit(Rest.front()))
      return Rest.consumeInteger(0, Number) ? nullptr : HoleExpression::number(Number).Root;
    StringRef Name = Rest.take_while([](char C) { return isAlnum(C) || C == '_'; });
    if (Name.empty())
      return nullptr;
    Rest = Rest.drop_front(Name.size());
    return HoleExpression::value(Name).Root;
  }

  StringRef Rest;
};

HoleExpression HoleExpression::make(Operator Kind, NodePtr Left, NodePtr Right, uint64_t Number) {
  return HoleExpression(
      std::make_shared<const Node>(Node{Kind, "", Number, std::move(Left), std::move(Right)}));
}

HoleExpression HoleExpression::value(StringRef Name) {
  return HoleExpression(std::make_shared<const Node>(Node{Operator::Value, Name.str(), 0, nullptr, nullptr}));
}

HoleExpression HoleExpression::number(uint64_t Number) {
  return HoleExpression(std::make_shared<const Node>(Node{Operator::Number, "", Number, nullptr, nullptr}));
}

std::optional<uint64_t> HoleExpression::asNumber() const {
  return Root->Kind == Operator::Number ? std::optional(Root->Number) : std::nullopt;
}

HoleExpression HoleExpression::binary(Operator Kind, const HoleExpression &Left, const HoleExpression &Right,
                                      const ValueWidths &Widths) {
  auto L = Left.asNumber(), R = Right.asNumber();
  if (L && R)
    return number(apply(Kind, *L, *R));
  bool Commutes = Kind != Operator::Subtract && Kind != Operator::ShiftLeft && Kind != Operator::ShiftRight;
  if (L && Commutes)
    return binary(Kind, Right, Left, Widths);
  if (R && Kind == Operator::ShiftLeft && *R < 32)
    return binary(Operator::Multiply, Left, number(UINT64_C(1) << *R), Widths);
  if (R && *R == 0)
    return Kind == Operator::Multiply || Kind == Operator::And ? number(0) : Left;
  if (R && *R == 1 && Kind == Operator::Multiply)
    return Left;
  const Node &Inner = *Left.Root;
  std::optional<uint64_t> InnerNumber;
  if (Inner.Right && Inner.Right->Kind == Operator::Number)
    InnerNumber = Inner.Right->Number;
  bool IsSum = Inner.Kind == Operator::Add || Inner.Kind == Operator::Subtract;
  // One number at the end of a sum; a product's factor before it.
  if (R && InnerNumber && Kind == Operator::Add && IsSum)
    return binary(Kind, HoleExpression(Inner.Left),
                  number(Inner.Kind == Operator::Add ? *InnerNumber + *R : *R - *InnerNumber), Widths);
  if (R && InnerNumber && Kind == Operator::Subtract && IsSum)
    return binary(Operator::Add, Left, number(0 - *R), Widths);
  if (R && Kind == Operator::Subtract && static_cast<int64_t>(*R) < 0)
    return binary(Operator::Add, Left, number(0 - *R), Widths);
  if (R && Kind == Operator::Add && static_cast<int64_t>(*R) < 0)
    return make(Operator::Subtract, Left.Root, number(0 - *R).Root);
  if (R && InnerNumber && Inner.Kind == Kind &&
      (Kind == Operator::Multiply || Kind == Operator::And || Kind == Operator::Or || Kind == Operator::Xor))
    return binary(Kind, HoleExpression(Inner.Left), number(apply(Kind, *InnerNumber, *R)), Widths);
  if (R && InnerNumber && Kind == Operator::Multiply && Inner.Kind == Operator::Add)
    return binary(Operator::Add, binary(Kind, HoleExpression(Inner.Left), Right, Widths),
                  number(*InnerNumber * *R), Widths);
  if (R && Kind == Operator::And && isMask_64(*R) && Left.range(Widths).getUnsignedMax().ule(*R))
    return Left;
  return make(Kind, Left.Root, Right.Root);
}

HoleExpression HoleExpression::zeroExtend(const HoleExpression &Of, unsigned Bits,
                                          const ValueWidths &Widths) {
  return Bits >= 64 ? Of : binary(Operator::And, Of, number(maskTrailingOnes<uint64_t>(Bits)), Widths);
}

HoleExpression HoleExpression::signExtend(const HoleExpression &Of, unsigned Bits,
                                          const ValueWidths &Widths) {
  if (Bits >= 64)
    return Of;
  if (auto Number = Of.asNumber())
    return number(static_cast<uint64_t>(SignExtend64(*Number, Bits)));
  const Node &Inner = *Of.Root;
  // The bits above do not matter.
  if (Inner.Kind == Operator::And && Inner.Right->Kind == Operator::Number &&
      Inner.Right->Number == maskTrailingOnes<uint64_t>(Bits))
    return signExtend(HoleExpression(Inner.Left), Bits, Widths);
  ConstantRange Range = Of.range(Widths);
  if (Range.getSignedMin().isSignedIntN(Bits) && Range.getSignedMax().isSignedIntN(Bits))
    return Of;
  return make(Operator::SignExtend, Of.Root, nullptr, Bits);
}

std::optional<HoleExpression> HoleExpression::parse(StringRef Text) {
  if (Text.size() > MaxText)
    return std::nullopt;
  auto Result = ExpressionParser(Text).parse();
  if (!Result || Result->text() != Text)
    return std::nullopt;
  return Result;
}

/// \p Least  a looser expression gets parentheses
template <typename NodeT, typename SpellT>
static std::string textOf(const NodeT &N, unsigned Least, const SpellT &Spell) {
  std::string Text;
  if (N.Kind == Operator::Value)
    return Spell(N.Name);
  if (N.Kind == Operator::Number)
    return numberText(N.Number);
  if (N.Kind == Operator::SignExtend)
    return "sext" + std::to_string(N.Number) + "(" + textOf(*N.Left, 0, Spell) + ")";
  const OperatorInfo &Info = *binaryInfo(N.Kind);
  Text = textOf(*N.Left, Info.Precedence, Spell) + " " + Info.Text.str() + " " +
         textOf(*N.Right, Info.Precedence + 1, Spell);
  return Info.Precedence < Least ? "(" + Text + ")" : Text;
}

std::string HoleExpression::text() const {
  return textOf(*Root, 0, [](const std::string &Name) { return Name; });
}

std::vector<std::string> HoleExpression::values() const {
  std::vector<std::string> Names;
  textOf(*Root, 0, [&](const std::string &Name) {
    Names.push_back(Name);
    return Name;
  });
  return Names;
}

template <typename NodeT>
static uint64_t evaluateNode(const NodeT &N, function_ref<uint64_t(StringRef)> ValueOf) {
  if (N.Kind == Operator::Value)
    return ValueOf(N.Name);
  if (N.Kind == Operator::Number)
    return N.Number;
  if (N.Kind == Operator::SignExtend)
    return static_cast<uint64_t>(
        SignExtend64(evaluateNode(*N.Left, ValueOf), static_cast<unsigned>(N.Number)));
  return apply(N.Kind, evaluateNode(*N.Left, ValueOf), evaluateNode(*N.Right, ValueOf));
}

uint64_t HoleExpression::evaluate(function_ref<uint64_t(StringRef)> ValueOf) const {
  return evaluateNode(*Root, ValueOf);
}

template <typename NodeT> static ConstantRange rangeOf(const NodeT &N, const ValueWidths &Widths) {
  if (N.Kind == Operator::Number)
    return ConstantRange(APInt(64, N.Number));
  if (N.Kind == Operator::Value) {
    auto Width = Widths.find(N.Name);
    if (Width == Widths.end() || Width->second >= 64)
      return ConstantRange::getFull(64);
    return ConstantRange(APInt(64, 0), APInt::getOneBitSet(64, Width->second));
  }
  ConstantRange Left = rangeOf(*N.Left, Widths);
  if (N.Kind == Operator::SignExtend)
    return Left.truncate(static_cast<unsigned>(N.Number)).signExtend(64);
  return applyToRanges(N.Kind, Left, rangeOf(*N.Right, Widths));
}

ConstantRange HoleExpression::range(const ValueWidths &Widths) const { return rangeOf(*Root, Widths); }

/// True where C's int holds every step.
template <typename NodeT> static bool fitsInt(const NodeT &N, const ValueWidths &Widths) {
  ConstantRange Range = rangeOf(N, Widths);
  return N.Kind != Operator::SignExtend && Range.getSignedMin().sge(INT32_MIN) &&
         Range.getSignedMax().sle(INT32_MAX) && (!N.Left || fitsInt(*N.Left, Widths)) &&
         (!N.Right || fitsInt(*N.Right, Widths));
}

template <typename NodeT, typename SpellT>
static std::string cTextOf(const NodeT &N, unsigned Least, const SpellT &Spell) {
  if (N.Kind == Operator::SignExtend) {
    std::string Shift = std::to_string(64 - N.Number);
    return "(uint64_t)((int64_t)(" + cTextOf(*N.Left, PrimaryPrecedence, Spell) + " << " + Shift + ") >> " +
           Shift + ")";
  }
  if (N.Kind == Operator::Value)
    return Spell(N.Name);
  if (N.Kind == Operator::Number)
    return numberText(N.Number);
  const OperatorInfo &Info = *binaryInfo(N.Kind);
  // What C's compilers warn of without parentheses has them.
  unsigned Inner = Info.Precedence <= 4 ? PrimaryPrecedence : Info.Precedence;
  std::string Text = cTextOf(*N.Left, Inner, Spell) + " " + Info.Text.str() + " " +
                     cTextOf(*N.Right, std::max(Inner, Info.Precedence + 1), Spell);
  return Info.Precedence < Least ? "(" + Text + ")" : Text;
}

std::string HoleExpression::cText(const ValueWidths &Widths,
                                  function_ref<std::string(StringRef)> Spell) const {
  bool IsInt = fitsInt(*Root, Widths);
  return cTextOf(*Root, 0, [&](const std::string &Name) {
    std::string Text = Spell(Name);
    if (!IsInt)
      Text = "(uint64_t)" + Text;
    return Text;
  });
}

bool isDerivedValue(StringRef Value) {
  return !llvm::all_of(Value, [](char C) { return isAlnum(C) || C == '_'; });
}

void forEachHoleValue(StringRef Value, function_ref<void(StringRef)> Visit) {
  if (!isDerivedValue(Value))
    return Value.empty() ? void() : Visit(Value);
  if (auto Expression = HoleExpression::parse(Value))
    for (const std::string &Name : Expression->values())
      Visit(Name);
}

uint64_t evaluateHoleValue(StringRef Value, function_ref<uint64_t(StringRef)> ValueOf) {
  if (!isDerivedValue(Value))
    return ValueOf(Value);
  auto Expression = HoleExpression::parse(Value);
  return Expression ? Expression->evaluate(ValueOf) : 0;
}

} // namespace stencilgen
