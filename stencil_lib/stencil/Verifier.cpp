// See Verifier.h.
#include "stencil/Verifier.h"
#include "arch/Architecture.h"
#include "stencil/HoleExpression.h"
#include "support/Diagnostic.h"
#include "support/Limits.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// The bytes between a hole and the place in the code that its kind counts from, at most.
int64_t distanceOfOrigin(FixupKind Kind, size_t CodeSize) {
  const Architecture &Arch = architectureOf(Kind);
  bool IsLow = fixupKindInfo(Kind).Use == FixupUse::Low && isRelative(Kind);
  if (Arch.LowCountsFromHigh && IsLow)
    return static_cast<int64_t>(CodeSize); // its high part may be anywhere
  return Arch.OperandOffset;
}

class Verifier {
public:
  explicit Verifier(const StencilSet &Set) : Set(Set) {
    for (const auto &[Value, Expression] : Set.Expressions)
      Values.insert(Value);
  }

  Error run() {
    if (Set.Shim) {
      Names.insert(Set.Shim->Name);
      verify(*Set.Shim);
    }
    for (const StencilGroup &Group : Set.Groups) {
      if (!Names.insert(Group.Name).second)
        report(Group, "another stencil has this name");
      verify(Group);
    }
    if (Diagnostics.empty())
      return Error::success();
    return make_error<DiagnosticError>(std::move(Diagnostics));
  }

private:
  void report(const StencilGroup &Group, const Twine &Message) {
    Diagnostic D;
    bool IsShim = Set.Shim && &Group == &*Set.Shim;
    D.Message = ((IsShim ? "shim" : "micro-op '" + Group.Name + "'") + ": " + Message).str();
    Diagnostics.push_back(std::move(D));
  }

  void verify(const StencilGroup &Group) {
    if (!isCIdentifier(Group.Name))
      report(Group, "expected a C identifier as its name");
    verify(Group, "code", Group.Code);
    verify(Group, "data", Group.Data);
  }

  void verify(const StencilGroup &Group, StringRef Part, const Stencil &S) {
    if (S.Bytes.size() > MaxStencilSize)
      return report(Group, "the " + Part + " has " + Twine(S.Bytes.size()) + " bytes, expected at most " +
                               Twine(MaxStencilSize));
    uint64_t End = 0; // of the hole before
    for (const Hole &H : S.Holes) {
      std::string Place = (Part + " hole at offset 0x" + utohexstr(H.Offset, true) + " ").str();
      const FixupKindInfo &Info = fixupKindInfo(H.Kind);
      if (H.Offset > S.Bytes.size() || S.Bytes.size() - H.Offset < Info.Width) {
        report(Group, Place + "of " + Twine(Info.Width) + " bytes lies outside the " + Twine(S.Bytes.size()) +
                          " bytes of the " + Part);
        continue;
      }
      if (H.Offset < End)
        report(Group, Place + "overlaps the hole before it, or is out of order");
      End = H.Offset + Info.Width;
      verifyValue(Group, Place, H);
      if (H.Value == CodeValue || H.Value == DataValue) {
        // An addend may reach back from the end of an instruction (at most 15 bytes), never past the end;
        // both move with the place that the kind counts from.
        size_t Size = H.Value == CodeValue ? Group.Code.Bytes.size() : Group.Data.Bytes.size();
        int64_t Distance = distanceOfOrigin(H.Kind, Group.Code.Bytes.size());
        // An entry of a jump table counts from the table's start, so its own place in the table adds to it.
        if (&S == &Group.Data && H.Value == CodeValue && isRelative(H.Kind))
          Distance += int64_t(H.Offset);
        if (H.Addend < -std::max<int64_t>(15, Distance) || H.Addend > static_cast<int64_t>(Size) + Distance)
          report(Group, Place + "points to " + H.Value + " + " + Twine(H.Addend) + ", outside its " +
                            Twine(Size) + " bytes");
      }
      if (!llvm::all_of(H.RawRelocation, [](char C) { return isAlnum(C) || StringRef("_ +").contains(C); }))
        report(Group, Place + "has the relocation '" + H.RawRelocation + "', expected letters, digits and _");
      if (!H.Symbol.empty() && !isCIdentifier(H.Symbol))
        report(Group, Place + "has the symbol '" + H.Symbol + "', expected a C identifier");
      if (!canFill(Set.Header, H.Kind))
        report(Group, Place + "has the fixup kind " + Info.Spelling +
                          ", which the header has no patch function for");
    }
  }

  void verifyValue(const StencilGroup &Group, StringRef Place, const Hole &H) {
    if (isDerivedValue(H.Value) && !HoleExpression::parse(H.Value))
      return report(Group, Place + "has the value '" + H.Value + "', expected an expression of hole values");
    forEachHoleValue(H.Value, [&](StringRef Name) {
      if (!Values.contains(Name))
        report(Group, Place + "has the unknown hole value '" + Name + "'");
      else if (isDerivedValue(H.Value) && !Set.Widths.count(Name.str()))
        report(Group, Place + "is derived from '" + Name + "', which is no number with a width");
    });
    verifyRange(Group, Place, H);
  }

  /// The kind holds whatever the JIT may put into the hole. Of numbers alone the widths are known; what has
  /// none is as wide as an address.
  void verifyRange(const StencilGroup &Group, StringRef Place, const Hole &H) {
    const FixupKindInfo &Info = fixupKindInfo(H.Kind);
    bool IsNumber = !H.Value.empty() && H.Value != CodeValue && H.Value != DataValue && H.Symbol.empty();
    auto Expression = IsNumber && !Set.Widths.empty() ? HoleExpression::parse(H.Value) : std::nullopt;
    if (!Expression || usesDataSlot(H.Kind) ||
        llvm::any_of(Expression->values(), [&](const std::string &Name) { return !Set.Widths.count(Name); }))
      return;
    if (Info.Operand != FixupOperand::Absolute)
      return report(Group, Place + "of the kind " + Info.Spelling + " is a distance to '" + H.Value +
                               "', which is a number and no place");
    ConstantRange Range =
        Expression->range(Set.Widths).add(ConstantRange(APInt(64, static_cast<uint64_t>(H.Addend))));
    if (Range.getSignedMin().slt(Info.Least) || Range.getSignedMax().sgt(Info.Greatest))
      report(Group, Place + "of the kind " + Info.Spelling + " (" + Info.Range + ") is too narrow for '" +
                        H.Value + "', which can be " + toString(Range.getSignedMin(), 10, true) + " to " +
                        toString(Range.getSignedMax(), 10, true));
  }

  const StencilSet &Set;
  StringSet<> Values, Names;
  std::vector<Diagnostic> Diagnostics;
};

} // namespace

Error verifyStencils(const StencilSet &Set) { return Verifier(Set).run(); }

} // namespace stencilgen
