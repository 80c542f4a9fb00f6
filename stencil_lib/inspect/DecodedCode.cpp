// See DecodedCode.h.
//
// Which number in an instruction's text a hole is, is found without knowledge of the architecture: the hole
// is filled with one pattern and with another, and the number that changes is the one.
#include "inspect/DecodedCode.h"
#include "arch/Architecture.h"
#include "emit/Listing.h"
#include "fixups.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include <set>

using namespace llvm;

namespace stencilgen {

namespace {

/// A number in an instruction's text: from its sign to its last digit.
struct NumberPlace {
  size_t Begin, End;
};

std::vector<NumberPlace> numbersIn(StringRef Text) {
  std::vector<NumberPlace> Places;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (!isDigit(Text[I]) || (I > 0 && (isAlnum(Text[I - 1]) || Text[I - 1] == '_')))
      continue;
    size_t Begin = I > 0 && Text[I - 1] == '-' ? I - 1 : I;
    while (I < Text.size() && isAlnum(Text[I]))
      ++I;
    Places.push_back({Begin, I});
  }
  return Places;
}

StringRef at(StringRef Text, NumberPlace Place) { return Text.slice(Place.Begin, Place.End); }

class CodeReader {
public:
  CodeReader(const StencilGroup &Group, const Disassembler &Decoder) : Group(Group), Decoder(Decoder) {}

  DecodedCode read() {
    disassemble();
    placeHoles();
    placeLabels();
    for (CodeLine &Line : Code.Lines)
      show(Line);
    for (size_t I = 0; I < Code.Lines.size(); ++I)
      findCallee(I);
    return std::move(Code);
  }

private:
  /// Mach-O keeps the jump tables of x86-64 behind the code of their function.
  void disassemble() {
    std::set<uint64_t> Tables;
    ArrayRef<uint8_t> Bytes = Group.Code.Bytes;
    for (uint64_t Offset = 0; Offset < Bytes.size();
         Offset = Code.Lines.back().Offset + Code.Lines.back().Size) {
      if ((Tables.count(Offset) && readTable(Offset)) || readAddress(Offset))
        continue;
      Code.Lines.emplace_back().DisassembledLine::operator=(Decoder.decode(Bytes.drop_front(Offset), Offset));
      if (Code.Lines.back().Refers)
        Tables.insert(*Code.Lines.back().Refers);
    }
  }

  /// Reads distances of 4 bytes from \p Start to instructions before it, as many as there are.
  bool readTable(uint64_t Start) {
    size_t Before = Code.Lines.size();
    for (uint64_t Offset = Start; Offset + 4 <= Group.Code.Bytes.size(); Offset += 4) {
      uint64_t Target = Start + int64_t(int32_t(support::endian::read32le(&Group.Code.Bytes[Offset])));
      auto Line = Code.lineAt(Target);
      const Hole *Next = holeFrom(Offset);
      if (!Line || *Line >= Before || (Next && Next->Offset < Offset + 4))
        break;
      addTableEntry(Offset, 4, Target);
    }
    return Code.Lines.size() > Before;
  }

  /// Reads the address of an instruction that lies between others: Arm's jump tables.
  bool readAddress(uint64_t Offset) {
    const Hole *H = holeFrom(Offset);
    if (!H || H->Offset != Offset || H->Value != CodeValue || !H->Symbol.empty() || !isAddress(H->Kind))
      return false;
    addTableEntry(Offset, fixupKindInfo(H->Kind).Width, uint64_t(H->Addend));
    return true;
  }

  void addTableEntry(uint64_t Offset, uint64_t Size, uint64_t Target) {
    CodeLine &Entry = Code.Lines.emplace_back();
    Entry.Offset = Offset;
    Entry.Size = Size;
    Entry.Text = ".long";
    Entry.Control = Flow::Stop;
    Entry.IsTableEntry = true;
    Entry.Target = Target;
  }

  /// The first hole of the code at \p Offset or behind it; null: none.
  const Hole *holeFrom(uint64_t Offset) const {
    auto H = llvm::partition_point(Group.Code.Holes, [&](const Hole &Each) { return Each.Offset < Offset; });
    return H == Group.Code.Holes.end() ? nullptr : &*H;
  }

  void placeHoles() {
    size_t Index = 0;
    for (CodeLine &Line : Code.Lines)
      for (; Index < Group.Code.Holes.size() && Group.Code.Holes[Index].Offset < Line.Offset + Line.Size;
           ++Index) {
        const Hole &H = Group.Code.Holes[Index];
        Line.Holes.push_back(Index);
        Code.Holes.push_back(meaningOf(Group, H, baseOf(Line, H)));
      }
  }

  int64_t baseOf(const CodeLine &Line, const Hole &H) const {
    return distanceBase(Group.Code, Line, H, Decoder);
  }

  /// Where a call of two instructions that the assembler resolved leads, from the first.
  std::optional<int64_t> pairDistance(size_t I) const {
    PairReader *Read = Decoder.architecture().PairDistance;
    if (!Read || I + 1 >= Code.Lines.size() || !Code.Lines[I].Holes.empty() ||
        !Code.Lines[I + 1].Holes.empty())
      return std::nullopt;
    const CodeLine &First = Code.Lines[I], &Second = Code.Lines[I + 1];
    return Read(Decoder.opcodeName(First.Opcode), First.Immediates, Decoder.opcodeName(Second.Opcode),
                Second.Immediates);
  }

  /// A branch without a hole leads to a place in the code.
  void placeLabels() {
    std::vector<size_t> Places;
    for (size_t I = 0; I < Code.Lines.size(); ++I) {
      CodeLine &Line = Code.Lines[I];
      if (auto Distance = pairDistance(I))
        Line.Target = Line.Offset + uint64_t(*Distance);
      std::optional<uint64_t> Target = Line.Target;
      if (!Line.Holes.empty()) {
        const Hole &H = Group.Code.Holes[Line.Holes.front()];
        Target.reset();
        bool Leads = Line.Target || Line.IsTableEntry || fixupKindInfo(H.Kind).Use == FixupUse::CallPair;
        if (Leads && H.Value == CodeValue && H.Symbol.empty())
          Target = uint64_t(H.Addend + baseOf(Line, H));
        Line.Target = Target;
      }
      if (!Target)
        continue;
      if (auto To = Code.lineAt(*Target)) {
        Code.Edges.push_back({I, *To});
        Places.push_back(*To);
      }
    }
    llvm::sort(Places);
    Places.erase(llvm::unique(Places), Places.end());
    for (auto [Number, Place] : enumerate(Places))
      (Place < Code.Lines.size() ? Code.Lines[Place].Label : Code.EndLabel) =
          "L" + std::to_string(Number + 1);
  }

  StringRef labelAt(uint64_t Offset) const {
    auto Line = Code.lineAt(Offset);
    if (!Line)
      return "";
    return *Line < Code.Lines.size() ? Code.Lines[*Line].Label : Code.EndLabel;
  }

  void show(CodeLine &Line) const {
    Line.Shown = Line.Text;
    std::replace(Line.Shown.begin(), Line.Shown.end(), '\t', ' ');
    if (Line.IsTableEntry)
      Line.Shown += " " + labelAt(*Line.Target).str();
    if (!Line.IsInstruction)
      return;
    if (!Line.Holes.empty()) {
      showHoles(Line);
      return;
    }
    std::vector<NumberPlace> Numbers = numbersIn(Line.Shown);
    if (StringRef Label = Line.Target ? labelAt(*Line.Target) : ""; !Label.empty() && !Numbers.empty())
      Line.Shown.replace(Numbers.back().Begin, Numbers.back().End - Numbers.back().Begin, Label.str());
  }

  /// The instruction with its holes filled, the hole \p Marked with another pattern than the rest.
  std::string filled(const CodeLine &Line, std::optional<size_t> Marked) const {
    static constexpr uint64_t Plain = 0x1122334455667788, Other = 0x2233445566778899;
    std::vector<uint8_t> Bytes = ArrayRef(Group.Code.Bytes).slice(Line.Offset, Line.Size).vec();
    for (size_t Index : Line.Holes) {
      const Hole &H = Group.Code.Holes[Index];
      std::vector<uint8_t> Mask = holeMask(H.Kind, ArrayRef(Group.Code.Bytes).drop_front(H.Offset));
      uint64_t Pattern = Marked == Index ? Other : Plain;
      for (size_t I = 0; I < Mask.size() && H.Offset - Line.Offset + I < Bytes.size(); ++I) {
        uint8_t &Byte = Bytes[H.Offset - Line.Offset + I];
        Byte = (Byte & ~Mask[I]) | (uint8_t(Pattern >> 8 * I) & Mask[I]);
      }
    }
    DisassembledLine Decoded = Decoder.decode(Bytes, Line.Offset);
    std::string Text = Decoded.Size == Line.Size ? Decoded.Text : Line.Text;
    std::replace(Text.begin(), Text.end(), '\t', ' ');
    return Text;
  }

  void showHoles(CodeLine &Line) const {
    std::string Plain = filled(Line, std::nullopt);
    std::vector<NumberPlace> Numbers = numbersIn(Plain);
    std::vector<std::string> Replacement(Numbers.size());
    std::string Unplaced; // holes that no number of the text shows
    for (size_t Index : Line.Holes) {
      std::string Other = filled(Line, Index), Target = textOf(Line, Index);
      std::vector<NumberPlace> Others = numbersIn(Other);
      size_t I = 0;
      while (I < std::min(Numbers.size(), Others.size()) && at(Plain, Numbers[I]) == at(Other, Others[I]))
        ++I;
      if (I < std::min(Numbers.size(), Others.size()))
        Replacement[I] = Target;
      else
        Unplaced += " {" + Target + "}";
    }
    Line.Shown.clear();
    size_t Done = 0;
    for (auto [Place, Text] : zip_equal(Numbers, Replacement)) {
      Line.Shown += Plain.substr(Done, Place.Begin - Done);
      Line.Shown += Text.empty() ? at(Plain, Place).str() : Text;
      Done = Place.End;
    }
    Line.Shown += Plain.substr(Done) + Unplaced;
  }

  std::string textOf(const CodeLine &Line, size_t Index) const {
    if (Line.Target)
      if (StringRef Label = labelAt(*Line.Target); !Label.empty())
        return Label.str();
    return Code.Holes[Index].Target;
  }

  /// The symbol that the hole of a line brings in.
  std::string symbolOf(const CodeLine &Line) const {
    for (size_t Index : Line.Holes)
      if (!Code.Holes[Index].Symbol.empty())
        return Code.Holes[Index].Symbol;
    return "";
  }

  /// A call names its callee, or the register that an earlier instruction loaded it into.
  void findCallee(size_t Index) {
    CodeLine &Line = Code.Lines[Index];
    bool LeavesForGood = Line.Control == Flow::IndirectJump || Line.Control == Flow::Jump;
    if (Line.Control != Flow::Call && Line.Control != Flow::IndirectCall && !LeavesForGood)
      return;
    Line.Callee = symbolOf(Line);
    bool IsIndirect = Line.Control == Flow::IndirectCall || Line.Control == Flow::IndirectJump;
    if (!Line.Callee.empty() || !IsIndirect || !Line.Holes.empty())
      return;
    for (unsigned Register : Line.Reads) {
      if (Register == Decoder.stackPointer())
        continue;
      for (size_t I = Index; I-- > 0;) {
        const CodeLine &Before = Code.Lines[I];
        if (llvm::none_of(Before.Writes, [&](unsigned W) { return Decoder.overlap(W, Register); }))
          continue;
        if (!Before.Holes.empty())
          Line.Callee = symbolOf(Before);
        break;
      }
      return; // the first register holds the address
    }
  }

  const StencilGroup &Group;
  const Disassembler &Decoder;
  DecodedCode Code;
};

} // namespace

DecodedCode decodeGroup(const StencilGroup &Group, const Disassembler &Decoder) {
  return CodeReader(Group, Decoder).read();
}

std::optional<size_t> DecodedCode::lineAt(uint64_t Offset) const {
  auto Line = llvm::partition_point(Lines, [&](const CodeLine &L) { return L.Offset < Offset; });
  if (Line != Lines.end() ? Line->Offset == Offset
      : Lines.empty()     ? Offset == 0
                          : Lines.back().Offset + Lines.back().Size == Offset)
    return Line - Lines.begin();
  return std::nullopt;
}

std::vector<uint8_t> holeMask(FixupKind Kind, ArrayRef<uint8_t> At) {
  auto Number = static_cast<sg_fixup_kind>(Kind);
  sg_fixup_info Info;
  if (sg_fixup_kind_info(Number, &Info) != SG_OK || At.size() < Info.width)
    return std::vector<uint8_t>(At.size());
  std::vector<uint8_t> Mask(Info.width);
  std::optional<std::vector<uint8_t>> First;
  static constexpr uint64_t Address = UINT64_C(1) << 40; // in the middle of what any distance spans
  bool IsAbsolute = Info.operand == SG_OPERAND_ABSOLUTE;
  auto Try = [&](uint64_t Operand) {
    std::vector<uint8_t> Bytes = At.take_front(Info.width).vec();
    if (sg_fixup_apply(Number, Bytes.data(), Address, IsAbsolute ? Operand : Address + Operand) != SG_OK)
      return;
    if (!First)
      First = Bytes;
    for (size_t I = 0; I < Bytes.size(); ++I)
      Mask[I] |= Bytes[I] ^ (*First)[I];
  };
  // Every bit of the operand alone, and the most negative one.
  Try(0);
  for (unsigned Bit = 0; Bit < 64; ++Bit) {
    Try(UINT64_C(1) << Bit);
    Try(0 - (UINT64_C(1) << Bit));
  }
  return Mask;
}

bool isAddress(FixupKind Kind) {
  const FixupKindInfo &Info = fixupKindInfo(Kind);
  return Info.Use == FixupUse::Data && Info.Base == FixupBase::S && Info.Operand == FixupOperand::Absolute;
}

bool isInTraceSlot(const Hole &H) { return usesDataSlot(H.Kind) && !H.Symbol.empty(); }

/// The hole of the high part that a low part belongs to: both lead to the same place.
static const Hole *highPartOf(const Stencil &Code, const Hole &Low) {
  for (const Hole &High : llvm::reverse(Code.Holes))
    if (fixupKindInfo(High.Kind).Use == FixupUse::High && isRelative(High.Kind) && High.Value == Low.Value &&
        High.Symbol == Low.Symbol && Low.Addend - High.Addend == int64_t(Low.Offset) - int64_t(High.Offset))
      return &High;
  return nullptr;
}

int64_t distanceBase(const Stencil &Code, const CodeLine &Line, const Hole &H, const Disassembler &Decoder) {
  const Architecture &Arch = architectureOf(H.Kind);
  int64_t Start = int64_t(Line.Offset) - int64_t(H.Offset);
  if (isBranch(H.Kind) && Arch.BranchOrigin != 0)
    return Start + Arch.BranchOrigin;
  if (Arch.LowCountsFromHigh && fixupKindInfo(H.Kind).Use == FixupUse::Low && isRelative(H.Kind))
    if (const Hole *High = highPartOf(Code, H))
      return int64_t(High->Offset) - int64_t(H.Offset);
  return Start + (Decoder.architecture().CountsFromEnd ? int64_t(Line.Size) : 0);
}

HoleMeaning meaningOf(const StencilGroup &Group, const Hole &H, int64_t Base) {
  Hole Shown = H;
  // A distance is stored relative to the hole; what counts is where it leads.
  if (isRelative(H.Kind))
    Shown.Addend += Base;
  HoleMeaning Meaning{holeText(Shown), H.Symbol, H.Value,
                      isInTraceSlot(H) ? "by a data slot of the trace" : ""};
  if (H.Value != DataValue || Shown.Addend < 0)
    return Meaning;
  auto Place = static_cast<uint64_t>(Shown.Addend);
  if (auto Slot = llvm::find_if(Group.Data.Holes, [&](const Hole &D) { return D.Offset == Place; });
      Slot != Group.Data.Holes.end()) {
    Meaning.Note = holeText(*Slot);
    Meaning.Symbol = Slot->Symbol;
    Meaning.Value = Slot->Value;
    return Meaning;
  }
  for (const DataString &String : dataStrings(Group.Data))
    if (String.Offset <= Place && Place < String.Offset + String.Text.size()) {
      Meaning.Note.clear();
      raw_string_ostream OS(Meaning.Note);
      OS << '"';
      printEscapedString(StringRef(String.Text).drop_front(Place - String.Offset), OS);
      OS << '"';
    }
  return Meaning;
}

std::vector<DataString> dataStrings(const Stencil &Data) {
  static constexpr size_t MinLength = 4;
  std::vector<DataString> Strings;
  StringRef Bytes(reinterpret_cast<const char *>(Data.Bytes.data()), Data.Bytes.size());
  auto InHole = [&](size_t Offset) {
    return llvm::any_of(Data.Holes, [&](const Hole &H) {
      return H.Offset <= Offset && Offset < H.Offset + fixupKindInfo(H.Kind).Width;
    });
  };
  auto IsText = [&](char C) { return isPrint(C) || C == '\n' || C == '\t'; };
  for (size_t I = 0; I < Bytes.size(); ++I) {
    StringRef Text = Bytes.drop_front(I).take_while(IsText);
    if (Text.size() >= MinLength && I + Text.size() < Bytes.size() && Bytes[I + Text.size()] == 0 &&
        !InHole(I))
      Strings.push_back({I, Text.str()});
    I += Text.size();
  }
  return Strings;
}

bool isPadding(const CodeLine &Line) {
  StringRef Mnemonic = StringRef(Line.Text).take_until([](char C) { return C == ' ' || C == '\t'; });
  return Mnemonic == "int3" || Mnemonic == "udf" || Mnemonic == "brk" ||
         StringRef(Line.Text).contains("nop") || Line.Text == "xchgw\t%ax, %ax";
}

/// Straight on first, then where the branch leads; each place once. Where a branch leaves by a condition and
/// a call stands behind it, leaving is the likely side.
static std::optional<size_t> hotPath(const DecodedCode &Code) {
  struct Place {
    size_t Line, Length; ///< Length: instructions before it
  };
  std::vector<Place> Pending{{0, 0}};
  std::optional<size_t> Early; ///< the length of the way up to the first branch that leaves by a condition
  std::vector<bool> Seen(Code.Lines.size());
  auto LeavesBy = [&](const CodeLine &Line) -> bool {
    return llvm::any_of(Line.Holes, [&](size_t Index) { return Code.Holes[Index].Value == FollowingCode; });
  };
  while (!Pending.empty()) {
    auto [Index, Length] = Pending.back();
    Pending.pop_back();
    for (;; ++Index, ++Length) {
      if (Index == Code.Lines.size())
        return Length;
      if (Seen[Index])
        break;
      Seen[Index] = true;
      const CodeLine &Line = Code.Lines[Index];
      if (Line.Control == Flow::IndirectJump && LeavesBy(Line))
        return Length + 1;
      if (Early && (Line.Control == Flow::Call || Line.Control == Flow::IndirectCall))
        return Early;
      if (Line.Control == Flow::Jump || Line.Control == Flow::Branch) {
        constexpr size_t Nowhere = SIZE_MAX;
        size_t To = Line.Target ? Code.lineAt(*Line.Target).value_or(Nowhere) : Nowhere;
        bool IsExit = LeavesBy(Line) || To == Code.Lines.size();
        if (IsExit && Line.Control == Flow::Jump)
          return Length + 1;
        if (IsExit)
          Early = Early.value_or(Length + 1);
        else if (To != Nowhere)
          Pending.push_back({To, Length + 1});
      }
      if (Line.Control != Flow::Next && Line.Control != Flow::Branch && Line.Control != Flow::Call &&
          Line.Control != Flow::IndirectCall)
        break;
    }
  }
  return Early;
}

GroupFacts factsOf(const StencilGroup &Group, const DecodedCode &Code) {
  GroupFacts Facts;
  Facts.Instructions = llvm::count_if(Code.Lines, [](const CodeLine &Line) { return !Line.IsTableEntry; });
  for (const CodeLine &Line : Code.Lines) {
    Facts.Calls += Line.Control == Flow::Call || Line.Control == Flow::IndirectCall;
    Facts.Branches += Line.Control == Flow::Branch || Line.Control == Flow::Jump;
  }
  Facts.HotPath = hotPath(Code);
  return Facts;
}

} // namespace stencilgen
