// Laying out one object image as code and data with holes.
#include "stencil/StencilBuilder.h"
#include "arch/Architecture.h"
#include "stencil/HoleExpression.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen {

namespace {

constexpr uint64_t DataAlignment = 8; ///< bytes; data slots begin at a multiple of it

/// What fills a hole, before its encoding matters.
struct HoleTarget {
  std::string Value;
  std::string Symbol;
  int64_t Addend = 0;
};

bool isJump(const TrailingJump &Jump, ArrayRef<uint8_t> Bytes) {
  std::string Digits = toHex(Bytes, /*LowerCase=*/true);
  return llvm::equal(Digits, Jump.Encoding, [](char Digit, char E) { return E == 'x' || E == Digit; });
}

class StencilBuilder {
public:
  StencilBuilder(StringRef Name, const ObjectImage &Image, const StencilRules &Rules)
      : Image(Image), Rules(Rules), Holes(Rules.Holes), Layout(Rules.Layout) {
    Group.Name = Name.str();
  }

  Expected<StencilGroup> build() {
    if (Error E = checkConstant())
      return E;
    if (Error E = placeSections())
      return E;
    if (Error E = checkEntry())
      return E;
    if (Error E = makeHoles())
      return E;
    if (Layout.InlineTrampolines)
      if (Error E = addTrampolines())
        return E;
    if (Layout.DropTrailingJump)
      dropJumpToContinue();
    if (Error E = alignCode())
      return E;
    Group.Data.Bytes.resize(alignTo(Group.Data.Bytes.size(), DataAlignment));
    makeSlots();
    Group.Data.Bytes.resize(alignTo(Group.Data.Bytes.size(), DataAlignment)); // slots may have 4 bytes
    Group.Ends = rulesOf(Rules.Header.Dialect).MarksEnds && llvm::none_of(Image.Symbols, [&](auto &S) {
                   return nameOf(S) == Holes.Prefix + Holes.ContinueValue;
                 });
    for (Stencil *Part : {&Group.Code, &Group.Data})
      llvm::stable_sort(Part->Holes, [](const Hole &A, const Hole &B) { return A.Offset < B.Offset; });
    return std::move(Group);
  }

private:
  Stencil &stencilOf(const ImageSection &Section) {
    return Section.Kind == SectionKind::Code ? Group.Code : Group.Data;
  }

  /// Data that only relocations write (ELF's .data.rel.ro, Mach-O's __DATA,__const) is constant.
  static bool isWritable(const ImageSection &Section) {
    StringRef Name = Section.Name;
    return Section.Kind == SectionKind::Data && !Section.Bytes.empty() && !Name.starts_with(".data.rel.ro") &&
           !Name.ends_with("__const");
  }

  /// A variable would be copied with each use of the stencil, and the JIT's data cannot be written.
  Error checkConstant() const {
    auto Section = llvm::find_if(Image.Sections, isWritable);
    if (Section == Image.Sections.end())
      return Error::success();
    size_t Index = Section - Image.Sections.begin();
    auto Variable = llvm::find_if(Image.Symbols, [&](const ImageSymbol &S) {
      return S.Section == Index && !S.IsSectionSymbol && !S.Name.empty();
    });
    return makeError(
        (Variable == Image.Symbols.end() ? "data" : "the variable '" + nameOf(*Variable).str() + "'") +
        " in section " + Section->Name +
        " can be written, expected constants: the JIT's data is read-only, and each use of a stencil has a "
        "copy of its own; keep it in the interpreter's own state, or declare it const");
  }

  Error placeSections() {
    for (const ImageSection &Section : Image.Sections) {
      if (Section.Kind != SectionKind::Code && Section.Alignment > Layout.MaxDataAlignment)
        return makeError("section " + Section.Name + " needs an alignment of " + Twine(Section.Alignment) +
                         " bytes, expected at most " + Twine(Layout.MaxDataAlignment) +
                         ": the JIT places data without alignment");
      std::vector<uint8_t> &Bytes = stencilOf(Section).Bytes;
      if (Layout.Sections == SectionPlacement::Aligned && Section.Kind != SectionKind::Code)
        Bytes.resize(alignTo(Bytes.size(), Section.Alignment));
      if (Layout.Sections == SectionPlacement::AtAddresses) {
        uint64_t Begin = Section.Kind == SectionKind::Code ? 0 : Group.Code.Bytes.size();
        if (Section.Address < Begin + Bytes.size() ||
            Section.Address - Begin - Bytes.size() > MaxObjectSectionSize)
          return makeError("section " + Section.Name + " is at address 0x" +
                           utohexstr(Section.Address, true) +
                           " of the file, expected code first and the sections close behind each other");
        Bytes.resize(Section.Address - Begin);
      }
      Bases.push_back(Bytes.size());
      Bytes.insert(Bytes.end(), Section.Bytes.begin(), Section.Bytes.end());
    }
    // A micro-op that does nothing goes on where its code would be.
    if (Group.Code.Bytes.empty() && !Layout.OptimizeBlocks)
      return makeError("the object file has no code");
    return Error::success();
  }

  Error checkEntry() const {
    auto Found = llvm::find_if(Image.Symbols, [&](const ImageSymbol &S) { return nameOf(S) == Rules.Entry; });
    if (Found == Image.Symbols.end() || !Found->Section)
      return makeError("expected a definition of '" + Rules.Entry + "', found none");
    HoleTarget Place = placeOf(*Found);
    if (Place.Value != CodeValue || Place.Addend != 0)
      return makeError("expected '" + Rules.Entry + "' at the start of the code, found it at offset 0x" +
                       utohexstr(Place.Addend, true) + " of " +
                       (Place.Value == CodeValue ? "the code" : "the data"));
    return Error::success();
  }

  StringRef nameOf(const ImageSymbol &Symbol) const { return nameInC(Symbol, Rules); }

  /// A symbol defined in this object as an address in code or data.
  HoleTarget placeOf(const ImageSymbol &Symbol) const {
    bool IsCode = Image.Sections[*Symbol.Section].Kind == SectionKind::Code;
    return {IsCode ? CodeValue : DataValue, "", static_cast<int64_t>(Bases[*Symbol.Section] + Symbol.Value)};
  }

  Expected<HoleTarget> targetOf(const ImageSymbol &Symbol) const {
    StringRef Name = nameOf(Symbol), Value = Name;
    if (!Symbol.IsSectionSymbol && Value.consume_front(Holes.Prefix)) {
      if (StringRef Text = Value; Text.consume_front(DerivedMark))
        return HoleTarget{Text.str(), "", 0}; // made by us, and checked by the verifier
      if (Holes.value(Value))
        return HoleTarget{Value.str(), "", 0};
      if (!Holes.ContinueLabel.empty() && Value == Holes.ContinueLabel)
        return HoleTarget{CodeValue, "", static_cast<int64_t>(Group.Code.Bytes.size())};
      if (!Symbol.Section)
        return unknownHole(Name);
    }
    if (Symbol.Section)
      return placeOf(Symbol);
    if (!isCIdentifier(Name))
      return makeError("undefined symbol '" + Name + "' is not a C identifier, so the header cannot name it");
    return HoleTarget{"", Name.str(), 0};
  }

  Error unknownHole(StringRef Symbol) const {
    std::vector<std::string> Known;
    for (const HoleValueProfile &Value : Holes.Values)
      Known.push_back(Holes.Prefix + Value.Name);
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
        bool IsTraceSlot = hasTraceSlots(Rules.Header) && Filled->Value.empty();
        if (usesDataSlot(F.Kind) && !IsTraceSlot) {
          // Where the slots begin is known only when all code and data is in place.
          H.Value = DataValue;
          H.Symbol.clear();
          H.Addend = F.Addend;
          (Section.Kind == SectionKind::Code ? CodeSlots : DataSlots)
              .push_back({stencilOf(Section).Holes.size(), nameOf(Image.Symbols[F.Symbol]).str(), *Filled});
        }
        stencilOf(Section).Holes.push_back(std::move(H));
      }
    }
    return Error::success();
  }

  /// Leads each branch to a symbol of the interpreter, which may be out of reach, to instructions behind the
  /// code that jump to any address. Each has its own, in the order of the object file's relocations.
  ///
  ///   mov x8, #imm16; movk x8, #imm16, lsl #16; movk x8, #imm16, lsl #32; movk x8, #imm16, lsl #48; br x8
  Error addTrampolines() {
    constexpr uint32_t Instructions[] = {0xd2800008, 0xf2a00008, 0xf2c00008, 0xf2e00008, 0xd61f0100};
    constexpr FixupKind Kinds[] = {FixupKind::AArch64_MovwG0, FixupKind::AArch64_MovwG1,
                                   FixupKind::AArch64_MovwG2, FixupKind::AArch64_MovwG3};
    std::vector<Hole> &CodeHoles = Group.Code.Holes;
    std::vector<uint8_t> &Bytes = Group.Code.Bytes;
    std::vector<size_t> Branches; // indices into CodeHoles, which CodeSlots has as well: they stay
    for (size_t I = 0; I < CodeHoles.size(); ++I)
      if (needsTrampoline(CodeHoles[I]))
        Branches.push_back(I);
    llvm::sort(Branches, [&](size_t A, size_t B) {
      return Layout.DescendingOrdinals ? CodeHoles[A].Offset > CodeHoles[B].Offset
                                       : CodeHoles[A].Offset < CodeHoles[B].Offset;
    });
    for (size_t Index : Branches) {
      if (Error E = alignCode())
        return E;
      const Hole Branch = CodeHoles[Index];
      uint64_t Begin = Bytes.size();
      uint32_t Encoded = support::endian::read32le(&Bytes[Branch.Offset]) & 0xfc000000;
      Encoded |= (Begin - Branch.Offset) >> 2 & 0x03ffffff; // imm26, in words
      support::endian::write32le(&Bytes[Branch.Offset], Encoded);
      for (uint32_t Instruction : Instructions) {
        Bytes.resize(Bytes.size() + 4);
        support::endian::write32le(&Bytes[Bytes.size() - 4], Instruction);
      }
      for (auto [I, Kind] : enumerate(Kinds)) {
        Hole Part{Begin + 4 * I, Kind, "", "", Branch.Symbol, Branch.Addend};
        if (I == 0)
          CodeHoles[Index] = Part;
        else
          CodeHoles.push_back(Part);
      }
    }
    return Error::success();
  }

  static bool needsTrampoline(const Hole &H) {
    return H.Kind == FixupKind::AArch64_Branch26 && !H.Symbol.empty();
  }

  /// The code that follows begins where this one ends, so a jump to it in the last place is not needed.
  void dropJumpToContinue() {
    if (Holes.ContinueValue.empty())
      return;
    auto Last =
        llvm::max_element(Group.Code.Holes, [](const Hole &A, const Hole &B) { return A.Offset < B.Offset; });
    if (Last == Group.Code.Holes.end())
      return;
    auto Slot = llvm::find_if(CodeSlots, [Index = size_t(Last - Group.Code.Holes.begin())](const SlotUse &U) {
      return U.Hole == Index;
    });
    bool IsSlot = Slot != CodeSlots.end();
    if ((IsSlot ? Slot->Filled.Value : Last->Value) != Holes.ContinueValue)
      return;
    std::vector<uint8_t> &Bytes = Group.Code.Bytes;
    for (const TrailingJump &J : architectureOf(Last->Kind).TrailingJumps) {
      if (J.IsPlainSlotJump && !Layout.DropSlotJump)
        continue;
      if (Last->Kind != J.Kind || Last->Addend != J.Addend || Last->Offset < J.HoleOffset ||
          !isJump(J, ArrayRef(Bytes).drop_front(Last->Offset - J.HoleOffset)))
        continue;
      if (Layout.KeepUnalignedJump && (Last->Offset - J.HoleOffset) % Layout.CodeAlignment != 0)
        return;
      Bytes.resize(Last->Offset - J.HoleOffset);
      size_t Index = Last - Group.Code.Holes.begin();
      Group.Code.Holes.erase(Last);
      if (IsSlot)
        CodeSlots.erase(Slot);
      llvm::for_each(CodeSlots, [&](SlotUse &Use) { Use.Hole -= Use.Hole > Index; });
      return;
    }
  }

  Error alignCode() {
    uint64_t Gap = offsetToAlignment(Group.Code.Bytes.size(), Align(Layout.CodeAlignment));
    if (Gap % Layout.Nop.size() != 0)
      return makeError("cannot fill " + Twine(Gap) + " bytes of code with nops of " +
                       Twine(Layout.Nop.size()) + " bytes");
    for (; Gap > 0; Gap -= Layout.Nop.size())
      Group.Code.Bytes.insert(Group.Code.Bytes.end(), Layout.Nop.begin(), Layout.Nop.end());
    return Error::success();
  }

  /// A hole that reads a data slot.
  struct SlotUse {
    size_t Hole;      ///< index into the stencil's holes
    std::string Name; ///< of the symbol: each has one slot
    HoleTarget Filled;
  };

  /// Data slots, one a symbol, in the order of first use: code before data, as the file lists them.
  void makeSlots() {
    StringMap<uint64_t> Offsets;
    auto AddressOf = [&](const SlotUse &Use) {
      auto [Slot, IsNew] = Offsets.try_emplace(Use.Name, Group.Data.Bytes.size());
      if (IsNew) {
        Group.Data.Holes.push_back({Group.Data.Bytes.size(), Image.AddressKind, "", Use.Filled.Value,
                                    Use.Filled.Symbol, Use.Filled.Addend});
        Group.Data.Bytes.resize(Group.Data.Bytes.size() + fixupKindInfo(Image.AddressKind).Width);
      }
      return static_cast<int64_t>(Slot->second);
    };
    for (const SlotUse &Use : CodeSlots)
      Group.Code.Holes[Use.Hole].Addend += AddressOf(Use);
    for (const SlotUse &Use : DataSlots)
      Group.Data.Holes[Use.Hole].Addend += AddressOf(Use);
  }

  const ObjectImage &Image;
  const StencilRules &Rules;
  const HoleProfile &Holes;
  const LayoutProfile &Layout;
  StencilGroup Group;
  std::vector<uint64_t> Bases; ///< of each section, in its stencil
  std::vector<SlotUse> CodeSlots, DataSlots;
};

} // namespace

Expected<StencilGroup> buildStencilGroup(StringRef Name, const ObjectImage &Image,
                                         const StencilRules &Rules) {
  return StencilBuilder(Name, Image, Rules).build();
}

} // namespace stencilgen
