// See Placement.h. Holes are filled by the functions of the run-time patcher.
#include "prove/Placement.h"
#include "emit/Listing.h"
#include "fixups.h"
#include "stencil/HoleExpression.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace stencilgen::prove {

static constexpr uint64_t UndefinedTag = 0xbadf000000000000, FrameTag = 0xf4a3e00000000000,
                          CodeTag = 0xc0de000000000000, DataTag = 0xda7a000000000000;

uint64_t symbolAddress(const GuestLayout &Layout, unsigned Index) {
  return Layout.Symbols + Layout.SymbolSpacing * Index;
}

uint64_t PlacedStencil::canonical(uint64_t Value) const {
  if (isUndefined(Value, Layout->WordSize))
    return UndefinedTag;
  if (Value >= Layout->Stack && Value < Layout->FrameEnd)
    return FrameTag | (Value & 3); // frames are laid out anew, aligned as much
  if (Value < Layout->Code || Value >= Layout->Code + GuestLayout::NearSymbols * 2)
    return Value;
  uint64_t Near = Layout->Code + GuestLayout::NearSymbols;
  if (Value >= Near && Value < Near + GuestLayout::SymbolCount * GuestLayout::NearSpacing)
    return symbolAddress(*Layout, (Value - Near) / GuestLayout::NearSpacing);
  if (Value >= CodeAddress && Value < CodeEnd)
    return CodeTag;
  uint64_t Offset = Value - (Layout->Code + Slot * GuestLayout::SlotSize);
  if (Offset >= GuestLayout::SlotSize)
    return Value;
  if (Value >= DataAddress && Value < DataAddress + DataBytes.size()) {
    // A constant is what it says, wherever it lies: a text up to its end, anything else by its first bytes.
    ArrayRef<uint8_t> Bytes = ArrayRef(DataBytes).drop_front(Value - DataAddress);
    ArrayRef<uint8_t> Text = Bytes.take_while([](uint8_t Byte) { return Byte != 0; });
    bool IsText =
        !Text.empty() && Text.size() < Bytes.size() &&
        llvm::all_of(Text, [](uint8_t Byte) { return Byte >= 0x20 || Byte == '\n' || Byte == '\t'; });
    uint64_t Hash = DataTag;
    for (uint8_t Byte : IsText ? Text : Bytes.take_front(Layout->WordSize))
      Hash = mix(Hash, Byte);
    return DataTag | Hash >> 16;
  }
  return CodeTag | Offset;
}

Destination PlacedStencil::destinationOf(uint64_t Address) const {
  if (Address == CodeEnd)
    return {Destination::Continue};
  if (Address == Layout->Return)
    return {Destination::Return};
  uint64_t Exits = Layout->Code + Slot * GuestLayout::SlotSize + GuestLayout::ExitStart;
  if (Address >= Exits && (Address - Exits) % 16 == 0 && (Address - Exits) / 16 < Names->Exits.size())
    return {Destination::Exit, unsigned((Address - Exits) / 16)};
  uint64_t Far = canonical(Address) - Layout->Symbols;
  if (Far % Layout->SymbolSpacing == 0 && Far / Layout->SymbolSpacing < Names->Symbols.size())
    return {Destination::Symbol, unsigned(Far / Layout->SymbolSpacing)};
  return {Destination::Other, 0, canonical(Address)};
}

/// A hole value as a part of a number.
namespace {
struct NumberPart {
  StringRef Base;
  unsigned Shift = 0, Bits = 64;
};
} // namespace

static NumberPart partOf(StringRef Name) {
  auto [Base, Suffix] = Name.rsplit('_');
  if (Suffix == "16")
    return {Base, 0, 16};
  if (Suffix == "32" || Suffix == "LO" || Suffix == "LOW")
    return {Base, 0, 32};
  if (Suffix == "HI" || Suffix == "HIGH")
    return {Base, 32, 32};
  if (Suffix == "64")
    return {Base};
  return {Name};
}

/// How many bits interpreters give a number: the argument of an instruction and a place in code are no 64-bit
/// values, and code that was compiled for them need not work with any.
static unsigned meaningfulBits(StringRef Base) {
  return Base.starts_with("OPARG") ? 16 : Base.starts_with("TARGET") ? 32 : 64;
}

bool isSmallNumber(StringRef Name) { return meaningfulBits(partOf(Name).Base) == 16; }

uint64_t numberOfKind(unsigned Kind, uint64_t Hash, const GuestLayout &Layout) {
  switch (Kind) {
  case 0:
    return Hash % 8;
  case 1:
    return Hash % 300;
  case 2:
    return Hash & 0xffff;
  case 3:
    return Hash & UINT32_MAX;
  case 4:
    return Hash;
  case 5:
    return (Hash & ~UINT64_C(0xffff)) | (Hash >> 20 & 7);
  case 6:
    return (Hash & ~uint64_t(UINT32_MAX)) | (Hash & 0xff);
  default:
    return drawValue(Hash & ~UINT64_C(0xff), Layout, {});
  }
}

uint64_t holeNumber(StringRef Name, const State &S, const HoleNames &Names, const GuestLayout &Layout) {
  NumberPart Part = partOf(Name);
  uint64_t Number;
  // The first of the names of one number stands for it in plants.
  auto Found = llvm::find_if(Names.Numbers, [&](StringRef Other) { return partOf(Other).Base == Part.Base; });
  uint64_t Place = Found - Names.Numbers.begin();
  if (const uint64_t *Planted = S.planted({Source::Hole, 0, Place})) {
    Number = *Planted;
  } else {
    uint64_t Hash = mix(S.Seed, Place, 0x401e);
    Number = numberOfKind(meaningfulBits(Part.Base) < 64 && Hash % 8 < 5 ? 0 : Hash % 10, mix(Hash), Layout);
  }
  Number &= maskTrailingOnes<uint64_t>(meaningfulBits(Part.Base));
  return Number >> Part.Shift & maskTrailingOnes<uint64_t>(Part.Bits);
}

namespace {

class Placer {
public:
  Placer(PlacedStencil &Placed, const State &S) : Placed(Placed), S(S), Group(*Placed.Code->Group) {}

  Error fillAll() {
    placeSlots();
    for (const Hole &H : Group.Data.Holes)
      if (Error E = fill(H, Placed.DataBytes, Placed.DataAddress))
        return E;
    for (const Hole &H : Group.Code.Holes)
      if (Error E = fill(H, Placed.CodeBytes, Placed.CodeAddress))
        return E;
    return Error::success();
  }

private:
  /// Slots that the trace has for all of its stencils: behind the stencil's own data.
  void placeSlots() {
    unsigned Word = Placed.Layout->WordSize;
    for (const Hole &H : Group.Code.Holes) {
      if (!isInTraceSlot(H) || !Slots.try_emplace(H.Symbol, alignTo(Placed.DataBytes.size(), Word)).second)
        continue;
      uint64_t Offset = Slots[H.Symbol],
               Address = symbolAddress(*Placed.Layout, Placed.Names->Symbols.at(H.Symbol));
      Placed.DataBytes.resize(Offset + Word);
      for (unsigned I = 0; I < Word; ++I)
        Placed.DataBytes[Offset + I] =
            uint8_t(Address >> 8 * (Placed.Layout->IsBigEndian ? Word - 1 - I : I));
    }
  }

  uint64_t valueOf(const Hole &H) const {
    if (H.Value == CodeValue)
      return Placed.CodeAddress;
    if (H.Value == DataValue)
      return Placed.DataAddress;
    if (H.Value == FollowingCode)
      return Placed.CodeEnd;
    if (auto Exit = Placed.Names->Exits.find(H.Value); Exit != Placed.Names->Exits.end())
      return Placed.Layout->Code + Placed.Slot * GuestLayout::SlotSize + GuestLayout::ExitStart +
             Exit->second * 16;
    return evaluateHoleValue(
        H.Value, [&](StringRef Name) { return holeNumber(Name, S, *Placed.Names, *Placed.Layout); });
  }

  /// A direct branch reaches a symbol by a veneer, which stands near.
  uint64_t addressOf(const Hole &H) const {
    unsigned Index = Placed.Names->Symbols.at(H.Symbol);
    if (isBranch(H.Kind))
      return Placed.Layout->Code + GuestLayout::NearSymbols + Index * GuestLayout::NearSpacing;
    return symbolAddress(*Placed.Layout, Index);
  }

  Error fill(const Hole &H, std::vector<uint8_t> &Bytes, uint64_t Start) {
    uint64_t Value = uint64_t(H.Addend);
    if (isInTraceSlot(H))
      Value += Placed.DataAddress + Slots.at(H.Symbol);
    else
      Value += (H.Value.empty() ? 0 : valueOf(H)) + (H.Symbol.empty() ? 0 : addressOf(H));
    if (Placed.Layout->WordSize == 4)
      Value = isRelative(H.Kind) ? Value : Value & UINT32_MAX;
    sg_result Status =
        sg_fixup_apply(static_cast<sg_fixup_kind>(H.Kind), Bytes.data() + H.Offset, Start + H.Offset, Value);
    if (Status == SG_OK)
      return Error::success();
    return makeError("hole at offset 0x" + utohexstr(H.Offset, true) + ", " + fixupKindInfo(H.Kind).Spelling +
                     " " + holeText(H) + " = 0x" + utohexstr(Value, true) + ": " + sg_result_text(Status));
  }

  PlacedStencil &Placed;
  const State &S;
  const StencilGroup &Group;
  std::map<std::string, uint64_t> Slots;
};

} // namespace

Expected<PlacedStencil> placeStencil(const StencilCode &Code, const GuestLayout &Layout,
                                     const HoleNames &Names, unsigned Slot, const State &S,
                                     unsigned CodeAlignment) {
  if (Code.size() > GuestLayout::CodeEnd - 256)
    return makeError("has " + Twine(Code.size()) + " bytes of code, more than are run");
  uint64_t Base = Layout.Code + Slot * GuestLayout::SlotSize;
  // Behind the code is memory that cannot be executed, so that going on is noticed.
  uint64_t Start = Base + alignDown(GuestLayout::CodeEnd - Code.size(), CodeAlignment);
  PlacedStencil Placed{&Code,
                       &Layout,
                       &Names,
                       Slot,
                       Start,
                       Start + Code.size(),
                       Base + GuestLayout::DataStart,
                       Code.Group->Code.Bytes,
                       Code.Group->Data.Bytes};
  if (Error E = Placer(Placed, S).fillAll())
    return E;
  if (Placed.DataBytes.size() > GuestLayout::SlotUse - GuestLayout::DataStart)
    return makeError("has " + Twine(Placed.DataBytes.size()) + " bytes of data, more than there is room for");
  return Placed;
}

} // namespace stencilgen::prove
