// Linking a trace, and printing it. See Trace.h; TraceMatch.cpp goes the other way.
#include "inspect/Trace.h"
#include "emit/Listing.h"
#include "fixups.h"
#include "inspect/DecodedCode.h"
#include "stencil/HoleExpression.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace stencilgen {

namespace {

std::string hex(uint64_t Number) { return "0x" + utohexstr(Number, true); }

/// Invented addresses: within reach of every branch, apart from the code.
constexpr uint64_t SymbolDistance = 0x2000000, SymbolSize = 16;

constexpr uint64_t SlotSize = 8;

class TraceLinker {
public:
  TraceLinker(const StencilSet &Set, const TraceOptions &Options) : Set(Set), Options(Options) {
    Result.Base = Options.Base;
  }

  Expected<Trace> link(ArrayRef<TraceStep> AllSteps) {
    if (Options.Shim && Set.Shim)
      place(*Set.Shim, nullptr, "shim");
    FirstStep = Result.Parts.size();
    for (const TraceStep &Step : AllSteps) {
      auto Group = find(Step.Name);
      if (!Group)
        return Group.takeError();
      place(**Group, &Step, titleOf(Step));
    }
    if (Error E = checkValues(AllSteps))
      return E;
    placeSlots();
    Result.DataBase = alignTo(Result.Base + Result.Code.size(), 8);
    nameSymbols();
    fillSlots();
    // Data first: an instruction that is rewritten needs what its slot holds.
    for (Stencil StencilGroup::*Part : {&StencilGroup::Data, &StencilGroup::Code})
      for (size_t I = 0; I < Result.Parts.size(); ++I)
        if (Error E = fill(I, Part))
          return E;
    return std::move(Result);
  }

private:
  static std::string titleOf(const TraceStep &Step) {
    std::string Title = Step.Name;
    for (const auto &[Name, Value] : Step.Values)
      Title += " " + Name + "=" + hex(Value);
    for (const auto &[Name, Index] : Step.Steps)
      Title += " " + Name + "=#" + std::to_string(Index);
    return Title;
  }

  Expected<const StencilGroup *> find(StringRef Name) const {
    std::vector<StringRef> Names;
    for (const StencilGroup &Group : Set.Groups) {
      if (Group.Name == Name)
        return &Group;
      Names.push_back(Group.Name);
    }
    StringRef Nearest = nearestName(Name, Names);
    return makeError("no stencil '" + Name + "'" +
                     (Nearest.empty() ? "" : ", did you mean '" + Nearest.str() + "'?"));
  }

  void place(const StencilGroup &Group, const TraceStep *Step, std::string Title) {
    Result.Parts.push_back({&Group, std::move(Title), Result.Code.size(), Result.Data.size(), {}});
    Steps.push_back(Step);
    append_range(Result.Code, Group.Code.Bytes);
    append_range(Result.Data, Group.Data.Bytes);
  }

  /// A value that no expression of the set has would be left out without a word.
  Error checkValues(ArrayRef<TraceStep> AllSteps) const {
    auto Known = [&](StringRef Name) {
      return llvm::any_of(Set.Expressions, [&](const auto &E) { return E.first == Name; });
    };
    auto Check = [&](StringRef Name) {
      return Known(Name) ? Error::success() : makeError("no hole value '" + Name + "' in this set");
    };
    for (const auto &[Name, Value] : Options.Values)
      if (Error E = Check(Name))
        return E;
    for (const TraceStep &Step : AllSteps) {
      for (const auto &[Name, Value] : Step.Values)
        if (Error E = Check(Name))
          return E;
      for (const auto &[Name, Index] : Step.Steps) {
        if (Error E = Check(Name))
          return E;
        if (Index >= AllSteps.size())
          return makeError(Name + " names step #" + Twine(Index) + ", which does not exist: the trace has " +
                           Twine(AllSteps.size()) + " steps, counted from 0");
      }
    }
    return Error::success();
  }

  /// Data slots that the trace has for all of its stencils, one a symbol, behind the stencils' own data.
  void placeSlots() {
    for (const TracePart &Part : Result.Parts)
      for (const Hole &H : Part.Group->Code.Holes)
        if (isInTraceSlot(H) && Slots.try_emplace(H.Symbol, Result.Data.size()).second)
          Result.Data.resize(Result.Data.size() + SlotSize);
  }

  void fillSlots() {
    auto Order = Triple(Set.Triple).isLittleEndian() ? endianness::little : endianness::big;
    for (const auto &[Symbol, Offset] : Slots) {
      support::endian::write64(Result.Data.data() + Offset, Symbols.at(Symbol), Order);
      Result.Names[Result.DataBase + Offset] = "slot of &" + Symbol;
    }
  }

  void nameSymbols() {
    uint64_t Next = alignTo(Result.DataBase + Result.Data.size() + SymbolDistance, 4096);
    for (const TracePart &Part : Result.Parts)
      for (const Stencil *S : {&Part.Group->Code, &Part.Group->Data})
        for (const Hole &H : S->Holes) {
          if (H.Symbol.empty() || Symbols.count(H.Symbol))
            continue;
          auto Given = Options.Symbols.find(H.Symbol);
          uint64_t Address =
              Given == Options.Symbols.end() ? std::exchange(Next, Next + SymbolSize) : Given->second;
          Symbols[H.Symbol] = Address;
          Result.Names[Address] = "&" + H.Symbol;
        }
  }

  uint64_t addressOf(size_t Index) const {
    return Result.Base + (Index < Result.Parts.size() ? Result.Parts[Index].CodeOffset : Result.Code.size());
  }

  uint64_t valueOf(size_t Index, const Hole &H) const {
    if (H.Value == CodeValue)
      return addressOf(Index);
    if (H.Value == DataValue)
      return Result.DataBase + Result.Parts[Index].DataOffset;
    if (H.Value == FollowingCode)
      return addressOf(Index + 1);
    uint64_t Unknown = isRelative(H.Kind) ? Result.Base + Result.Code.size() : 0;
    return evaluateHoleValue(H.Value, [&](StringRef Name) { return numberOf(Index, Name.str(), Unknown); });
  }

  /// The value of this name in a step of the trace; \p Unknown where nobody gave it one.
  uint64_t numberOf(size_t Index, const std::string &Name, uint64_t Unknown) const {
    if (const TraceStep *Step = Steps[Index]) {
      if (auto Target = Step->Steps.find(Name); Target != Step->Steps.end())
        return addressOf(FirstStep + Target->second);
      if (auto Given = Step->Values.find(Name); Given != Step->Values.end())
        return Given->second;
    }
    auto Given = Options.Values.find(Name);
    return Given == Options.Values.end() ? Unknown : Given->second;
  }

  Error fill(size_t Index, Stencil StencilGroup::*Member) {
    const TracePart &Part = Result.Parts[Index];
    bool IsCode = Member == &StencilGroup::Code;
    std::vector<uint8_t> &Bytes = IsCode ? Result.Code : Result.Data;
    uint64_t Start = IsCode ? Part.CodeOffset : Part.DataOffset;
    for (const Hole &H : (Part.Group->*Member).Holes) {
      uint64_t Value = static_cast<uint64_t>(H.Addend);
      if (isInTraceSlot(H))
        Value += Result.DataBase + Slots.at(H.Symbol);
      else
        Value += (H.Value.empty() ? 0 : valueOf(Index, H)) + (H.Symbol.empty() ? 0 : Symbols.at(H.Symbol));
      uint8_t *Location = Bytes.data() + Start + H.Offset;
      uint64_t Address = (IsCode ? Result.Base : Result.DataBase) + Start + H.Offset;
      if (IsCode && relax(H, Location, Address, Value))
        continue;
      if (sg_result Status = sg_fixup_apply(static_cast<sg_fixup_kind>(H.Kind), Location, Address, Value))
        return makeError("micro-op '" + Part.Group->Name + "': " + (IsCode ? "code" : "data") +
                         " hole at offset " + hex(H.Offset) + ", " + fixupKindInfo(H.Kind).Spelling + " " +
                         holeText(H) + " = " + hex(Value) + ": " + sg_result_text(Status) + ", expected " +
                         fixupKindInfo(H.Kind).Range);
    }
    return Error::success();
  }

  /// What CPython's patch_x86_64_32rx does, where the slot's value is within reach.
  bool relax(const Hole &H, uint8_t *Location, uint64_t Address, uint64_t Value) const {
    if (H.Kind != FixupKind::X86_64_GotPCRel32Relax && H.Kind != FixupKind::X86_64_GotPCRel32RelaxRex)
      return false;
    uint64_t Place = Value + 4 - Result.DataBase; // the operand ends the instruction, so A has -4
    if (Place > Result.Data.size() || Result.Data.size() - Place < 8)
      return false;
    uint64_t Direct = support::endian::read64le(Result.Data.data() + Place) - 4;
    if (!isInt<32>(static_cast<int64_t>(Direct - Address)))
      return false;
    if (!sg_relax_x86_64(Location - H.Offset, static_cast<unsigned>(H.Offset)))
      return false;
    return sg_fixup_apply(SG_FIXUP_PCRel32, Location, Address, Direct) == SG_OK;
  }

  const StencilSet &Set;
  const TraceOptions &Options;
  Trace Result;
  std::vector<const TraceStep *> Steps; ///< of each part; null: the shim
  size_t FirstStep = 0;                 ///< index of its part
  std::map<std::string, uint64_t> Symbols;
  std::map<std::string, uint64_t> Slots; ///< of symbols: bytes from the start of the data
};

/// "_LOAD_FAST + 0x4" or "&PyLong_Type", empty for an address that is nothing known.
std::string nameOf(const Trace &T, uint64_t Address) {
  if (auto Found = T.Names.find(Address); Found != T.Names.end())
    return Found->second;
  auto Offset = [](uint64_t Bytes) { return Bytes ? " + " + hex(Bytes) : std::string(); };
  if (Address >= T.DataBase && Address < T.DataBase + T.Data.size())
    return "data" + Offset(Address - T.DataBase);
  if (Address < T.Base || Address > T.Base + T.Code.size())
    return "";
  if (Address == T.Base + T.Code.size())
    return "the end";
  auto Part =
      llvm::partition_point(T.Parts, [&](const TracePart &P) { return T.Base + P.CodeOffset <= Address; });
  if (Part == T.Parts.begin())
    return "";
  --Part;
  return Part->Group->Name + " #" + std::to_string(Part - T.Parts.begin()) +
         Offset(Address - T.Base - Part->CodeOffset);
}

} // namespace

Expected<TraceStep> parseStep(StringRef Text) {
  auto [Name, Values] = Text.split(':');
  if (Name.empty())
    return makeError("expected the name of a micro-op, found '" + Text + "'");
  TraceStep Step;
  Step.Name = Name.str();
  while (!Values.empty()) {
    StringRef Entry;
    std::tie(Entry, Values) = Values.split(',');
    auto [Key, Value] = Entry.split('=');
    uint64_t Number;
    bool IsStep = Value.consume_front("#");
    if (Key.empty() || Value.getAsInteger(0, Number))
      return makeError("expected VALUE=NUMBER or VALUE=#STEP, found '" + Entry + "' in '" + Text + "'");
    if (IsStep)
      Step.Steps[Key.str()] = Number;
    else
      Step.Values[Key.str()] = Number;
  }
  return Step;
}

Expected<Trace> linkTrace(const StencilSet &Set, ArrayRef<TraceStep> Steps, const TraceOptions &Options) {
  return TraceLinker(Set, Options).link(Steps);
}

void printTrace(const Trace &T, const Disassembler &Decoder, raw_ostream &OS) {
  for (auto [Index, Part] : enumerate(T.Parts)) {
    uint64_t Size = Part.Group->Code.Bytes.size();
    OS.changeColor(raw_ostream::SAVEDCOLOR, true);
    OS << '#' << Index << ' ' << Part.Title;
    OS.resetColor();
    OS << "  " << Size << " bytes at " << hex(T.Base + Part.CodeOffset);
    for (const StencilGroup *Other : Part.Others)
      OS << " or " << Other->Name;
    OS << '\n';
    for (uint64_t Offset = Part.CodeOffset; Offset < Part.CodeOffset + Size;) {
      DisassembledLine Line = Decoder.decode(ArrayRef(T.Code).drop_front(Offset), T.Base + Offset);
      std::string Bytes;
      for (uint8_t Byte :
           ArrayRef(T.Code).slice(Offset, std::min<uint64_t>(Line.Size, T.Code.size() - Offset)))
        Bytes += toHex(ArrayRef(&Byte, 1), /*LowerCase=*/true) + " ";
      auto [Mnemonic, Operands] = StringRef(Line.Text).split('\t');
      OS << "  " << format_hex_no_prefix(T.Base + Offset, 8) << ": " << left_justify(Bytes, 31)
         << left_justify(Mnemonic, Operands.empty() ? 0 : std::max<size_t>(8, Mnemonic.size() + 1))
         << Operands;
      // What is at a branch's target, or at an address that an instruction has for an operand.
      std::string Name = Line.Target ? nameOf(T, *Line.Target) : "";
      for (int64_t Number : Line.Immediates)
        if (Name.empty() && !Line.Target && T.Names.count(uint64_t(Number)))
          Name = T.Names.at(uint64_t(Number));
      if (!Name.empty()) {
        OS.changeColor(raw_ostream::CYAN);
        OS << "  # " << Name;
        OS.resetColor();
      }
      OS << '\n';
      Offset += Line.Size;
    }
  }
  if (!T.Data.empty())
    OS << "data: " << T.Data.size() << " bytes at " << hex(T.DataBase) << '\n';
}

} // namespace stencilgen
