// Laying out one object image as code and data with holes.
#include "stencil/StencilBuilder.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

namespace {

constexpr uint64_t SlotSize = 8; ///< bytes of a data slot: one address

/// What fills a hole, before its encoding matters.
struct HoleTarget {
  std::string Value;
  std::string Symbol;
  int64_t Addend = 0;
};

class StencilBuilder {
public:
  StencilBuilder(StringRef Name, const ObjectImage &Image, const Profile &Interpreter,
                 const TargetProfile &Target)
      : Image(Image), Interpreter(Interpreter), Target(Target) {
    Group.Name = Name.str();
  }

  Expected<StencilGroup> build() {
    if (Error E = placeSections())
      return E;
    if (Error E = checkEntry())
      return E;
    if (Error E = makeHoles())
      return E;
    dropJumpToContinue();
    if (Error E = alignCode())
      return E;
    Group.Data.Bytes.resize(alignTo(Group.Data.Bytes.size(), SlotSize));
    fillSlotHoles();
    for (Stencil *Part : {&Group.Code, &Group.Data})
      llvm::stable_sort(Part->Holes, [](const Hole &A, const Hole &B) { return A.Offset < B.Offset; });
    return std::move(Group);
  }

private:
  Stencil &stencilOf(const ImageSection &Section) {
    return Section.Kind == SectionKind::Code ? Group.Code : Group.Data;
  }

  Error placeSections() {
    for (const ImageSection &Section : Image.Sections) {
      if (Section.Kind != SectionKind::Code && Section.Alignment > Target.MaxDataAlignment)
        return makeError("section " + Section.Name + " needs an alignment of " + Twine(Section.Alignment) +
                         " bytes, expected at most " + Twine(Target.MaxDataAlignment) +
                         ": the JIT places data without alignment");
      std::vector<uint8_t> &Bytes = stencilOf(Section).Bytes;
      if (Target.AlignSections && Section.Kind != SectionKind::Code)
        Bytes.resize(alignTo(Bytes.size(), Section.Alignment));
      Bases.push_back(Bytes.size());
      Bytes.insert(Bytes.end(), Section.Bytes.begin(), Section.Bytes.end());
    }
    // A micro-op that does nothing goes on where its code would be.
    if (Group.Code.Bytes.empty() && !Target.OptimizeLayout)
      return makeError("the object file has no code");
    return Error::success();
  }

  Error checkEntry() const {
    auto Entry =
        llvm::find_if(Image.Symbols, [&](const ImageSymbol &S) { return S.Name == Interpreter.Entry; });
    if (Entry == Image.Symbols.end() || !Entry->Section)
      return makeError("expected a definition of '" + Interpreter.Entry + "', found none");
    HoleTarget Place = placeOf(*Entry);
    if (Place.Value != CodeValue || Place.Addend != 0)
      return makeError("expected '" + Interpreter.Entry +
                       "' at the start of the code, found it at offset 0x" + utohexstr(Place.Addend, true) +
                       " of " + (Place.Value == CodeValue ? "the code" : "the data"));
    return Error::success();
  }

  /// A symbol defined in this object as an address in code or data.
  HoleTarget placeOf(const ImageSymbol &Symbol) const {
    bool IsCode = Image.Sections[*Symbol.Section].Kind == SectionKind::Code;
    return {IsCode ? CodeValue : DataValue, "", static_cast<int64_t>(Bases[*Symbol.Section] + Symbol.Value)};
  }

  Expected<HoleTarget> targetOf(const ImageSymbol &Symbol) const {
    StringRef Name = Symbol.Name;
    if (!Symbol.IsSectionSymbol && Name.consume_front(Interpreter.HolePrefix)) {
      if (Interpreter.holeValue(Name))
        return HoleTarget{Name.str(), "", 0};
      if (!Interpreter.ContinueLabel.empty() && Name == Interpreter.ContinueLabel)
        return HoleTarget{CodeValue, "", static_cast<int64_t>(Group.Code.Bytes.size())};
      if (!Symbol.Section)
        return unknownHole(Symbol.Name);
    }
    if (Symbol.Section)
      return placeOf(Symbol);
    if (!isCIdentifier(Symbol.Name))
      return makeError("undefined symbol '" + Symbol.Name +
                       "' is no C identifier, so the header cannot name it");
    return HoleTarget{"", Symbol.Name, 0};
  }

  Error unknownHole(StringRef Symbol) const {
    std::vector<std::string> Known;
    for (const HoleValueProfile &Value : Interpreter.HoleValues)
      Known.push_back(Interpreter.HolePrefix + Value.Name);
    StringRef Nearest = nearestName(Symbol, std::vector<StringRef>(Known.begin(), Known.end()));
    return makeError("unknown hole symbol '" + Symbol + "'" +
                     (Nearest.empty() ? ", expected one of " + join(Known, ", ")
                                      : ", did you mean '" + Nearest.str() + "'?"));
  }

  Error makeHoles() {
    for (auto [Section, Base] : zip_equal(Image.Sections, Bases)) {
      for (const Fixup &F : Section.Fixups) {
        auto Filled = targetOf(Image.Symbols[F.Symbol]);
        if (!Filled)
          return Filled.takeError();
        Hole H{Base + F.Offset, F.Kind,         F.RawRelocation,
               Filled->Value,   Filled->Symbol, Filled->Addend + F.Addend};
        bool IsTraceSlot = !Interpreter.Header.SlotAddressFunction.empty() && Filled->Value.empty();
        if (usesDataSlot(F.Kind) && !IsTraceSlot) {
          // Where the slots begin is known only when all sections and the padding are in place.
          std::string Key = Image.Symbols[F.Symbol].Name;
          auto [Slot, IsNew] = Slots.try_emplace(Key, *Filled);
          H.Value = DataValue;
          H.Symbol.clear();
          H.Addend = F.Addend + static_cast<int64_t>(SlotSize * (Slot - Slots.begin()));
          SlotUses.push_back({Section.Kind == SectionKind::Code, stencilOf(Section).Holes.size()});
        }
        stencilOf(Section).Holes.push_back(std::move(H));
      }
    }
    return Error::success();
  }

  /// The code that follows begins where this one ends, so a jump to it in the last place is not needed. The
  /// encodings: jmp rel32 (e9).
  void dropJumpToContinue() {
    if (Interpreter.ContinueValue.empty())
      return;
    auto Last =
        llvm::max_element(Group.Code.Holes, [](const Hole &A, const Hole &B) { return A.Offset < B.Offset; });
    if (Last == Group.Code.Holes.end() || Last->Value != Interpreter.ContinueValue)
      return;
    std::vector<uint8_t> &Bytes = Group.Code.Bytes;
    struct Jump {
      FixupKind Kind;
      int64_t Addend;      ///< of a jump to the code right behind it
      uint64_t HoleOffset; ///< in the instruction
      ArrayRef<uint8_t> Encoding;
    };
    static constexpr uint8_t JmpRel32[] = {0xe9, 0, 0, 0, 0}; // jmp rel32
    static constexpr uint8_t Branch[] = {0, 0, 0, 0x14};      // b imm26
    const Jump Jumps[] = {{FixupKind::X86_64_Branch32, -4, 1, JmpRel32},
                          {FixupKind::AArch64_Branch26, 0, 0, Branch}};
    for (const Jump &J : Jumps) {
      if (Last->Kind != J.Kind || Last->Addend != J.Addend || Last->Offset < J.HoleOffset ||
          ArrayRef(Bytes).drop_front(Last->Offset - J.HoleOffset) != J.Encoding)
        continue;
      Bytes.resize(Last->Offset - J.HoleOffset);
      size_t Index = Last - Group.Code.Holes.begin();
      Group.Code.Holes.erase(Last);
      llvm::for_each(SlotUses, [&](SlotUse &Use) { Use.Hole -= Use.InCode && Use.Hole > Index; });
      return;
    }
  }

  Error alignCode() {
    uint64_t Gap = offsetToAlignment(Group.Code.Bytes.size(), Align(Target.CodeAlignment));
    if (Gap % Target.Nop.size() != 0)
      return makeError("cannot fill " + Twine(Gap) + " bytes of code with nops of " +
                       Twine(Target.Nop.size()) + " bytes");
    for (; Gap > 0; Gap -= Target.Nop.size())
      Group.Code.Bytes.insert(Group.Code.Bytes.end(), Target.Nop.begin(), Target.Nop.end());
    return Error::success();
  }

  void fillSlotHoles() {
    auto Base = static_cast<int64_t>(Group.Data.Bytes.size());
    for (const SlotUse &Use : SlotUses)
      (Use.InCode ? Group.Code : Group.Data).Holes[Use.Hole].Addend += Base;
    for (auto &[Name, Filled] : Slots) {
      Group.Data.Holes.push_back(
          {Group.Data.Bytes.size(), FixupKind::Abs64, "", Filled.Value, Filled.Symbol, Filled.Addend});
      Group.Data.Bytes.resize(Group.Data.Bytes.size() + SlotSize);
    }
  }

  struct SlotUse {
    bool InCode;
    size_t Hole; ///< index into the stencil's holes
  };

  const ObjectImage &Image;
  const Profile &Interpreter;
  const TargetProfile &Target;
  StencilGroup Group;
  std::vector<uint64_t> Bases; ///< of each section, in its stencil
  MapVector<std::string, HoleTarget, StringMap<unsigned>> Slots;
  std::vector<SlotUse> SlotUses;
};

} // namespace

Expected<StencilGroup> buildStencilGroup(StringRef Name, const ObjectImage &Image, const Profile &Interpreter,
                                         const TargetProfile &Target) {
  return StencilBuilder(Name, Image, Interpreter, Target).build();
}

} // namespace stencilgen
