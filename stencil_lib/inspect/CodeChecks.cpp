// The machine code of a set: decodable, holes in operands, branches that lead somewhere. See Soundness.h.
#include "arch/Architecture.h"
#include "inspect/Soundness.h"
#include "inspect/StackDepth.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Triple.h"
#include <map>

using namespace llvm;

namespace stencilgen {

namespace {

std::string hex(uint64_t Number) { return "0x" + utohexstr(Number, true); }

/// "at 0x12 ('jne 0x20')".
std::string place(const CodeLine &Line) { return "at " + hex(Line.Offset) + " ('" + Line.Shown + "')"; }

class CodeChecker {
public:
  CodeChecker(const InspectedSet &Inspected, const Disassembler &Decoder)
      : Inspected(Inspected), Set(*Inspected.Set), Decoder(Decoder), Arch(Decoder.architecture()) {
    FramePointerIsReserved = is_contained(Set.Flags, "-mframe-pointer=reserved");
    NoReturn = mayNotReturn(Inspected.Code);
    KeepsAddendsApart = Triple(Triple::normalize(Set.Triple)).isOSBinFormatELF() && !Arch.HasAddendsInCode;
  }

  std::vector<Diagnostic> run() {
    for (auto [Group, Code] : zip_equal(Inspected.Groups, Inspected.Code))
      check(*Group, Code);
    checkOrder();
    return std::move(Diagnostics);
  }

private:
  bool isShim(const StencilGroup &Group) const { return Set.Shim && &Group == &*Set.Shim; }

  void report(const StencilGroup &Group, const Twine &Message) {
    Diagnostic &D = Diagnostics.emplace_back();
    D.File = Inspected.File;
    D.Message = ((isShim(Group) ? "shim" : "micro-op '" + Group.Name + "'") + ": " + Message).str();
  }

  void check(const StencilGroup &Group, const DecodedCode &Code) {
    if (Group.Data.Bytes.size() % 8 != 0)
      report(Group, "data of " + Twine(Group.Data.Bytes.size()) + " bytes, expected a multiple of 8");
    for (const Hole &H : Group.Data.Holes)
      checkKind(Group, "data", H);
    for (const Hole &H : Group.Code.Holes)
      checkKind(Group, "code", H);
    if (!decodes(Group, Code))
      return; // what follows would be about bytes that are no instructions
    for (const CodeLine &Line : Code.Lines) {
      checkHoles(Group, Code, Line);
      checkBranch(Group, Code, Line);
      checkFramePointer(Group, Line);
    }
    checkAddresses(Group, Code);
    std::vector<bool> Reached = reachable(Group, Code);
    if (auto Dead = llvm::find(Reached, false); Dead != Reached.end()) {
      size_t Index = Dead - Reached.begin();
      // Padding between blocks and at the end is not meant to run.
      while (Index < Reached.size() &&
             (Reached[Index] || isPadding(Code.Lines[Index]) || isZeroBehindCode(Group, Code.Lines[Index])))
        ++Index;
      if (Index < Reached.size())
        report(Group, "no path leads to the instruction " + place(Code.Lines[Index]));
    }
    if (isShim(Group) && RunsPastEnd)
      report(Group, "runs past its end, expected a return or a jump");
    // A function that does not return leaves the stack as it is. Which ones these are, no set says; so they
    // are looked for only where otherwise something is wrong.
    if (stackProblem(Code, Decoder, {}))
      if (auto Problem = stackProblem(Code, Decoder, NoReturn))
        report(Group, *Problem);
  }

  void checkKind(const StencilGroup &Group, StringRef Part, const Hole &H) {
    StringRef Kind = fixupKindInfo(H.Kind).Spelling;
    FixupArchitecture Owner = fixupKindInfo(H.Kind).Architecture;
    bool Belongs = Owner == FixupArchitecture::Any || Owner == Arch.Kinds;
    if (!Belongs)
      report(Group, Part + " hole at offset " + hex(H.Offset) + " has the fixup kind " + Kind + ", which " +
                        Set.Triple + " does not have");
    if (Part == "data" && (isBranch(H.Kind) || usesDataSlot(H.Kind)))
      report(Group, "data hole at offset " + hex(H.Offset) + " has the fixup kind " + Kind +
                        ", expected one for data");
  }

  bool isZeroBehindCode(const StencilGroup &Group, const CodeLine &Line) const {
    return Arch.HasZerosBehindCode && llvm::all_of(ArrayRef(Group.Code.Bytes).slice(Line.Offset, Line.Size),
                                                   [](uint8_t Byte) { return Byte == 0; });
  }

  bool decodes(const StencilGroup &Group, const DecodedCode &Code) {
    for (const CodeLine &Line : Code.Lines)
      if (!Line.IsInstruction && !Line.IsTableEntry && !isZeroBehindCode(Group, Line)) {
        report(Group, "code at " + hex(Line.Offset) + ": the byte " + hex(Group.Code.Bytes[Line.Offset]) +
                          " begins no instruction of " + Set.Triple);
        return false;
      }
    return true;
  }

  void checkHoles(const StencilGroup &Group, const DecodedCode &Code, const CodeLine &Line) {
    if (Line.IsTableEntry) {
      if (!Line.Target || !Code.lineAt(*Line.Target))
        report(Group, "leads into the middle of an instruction " + place(Line));
      return;
    }
    for (size_t Index : Line.Holes) {
      const Hole &H = Group.Code.Holes[Index];
      const FixupKindInfo &Info = fixupKindInfo(H.Kind);
      std::string Subject = "code hole at offset " + hex(H.Offset);
      if (Info.Use == FixupUse::CallPair) {
        checkCallPair(Group, Code, Line, H);
        continue;
      }
      if (H.Offset + Info.Width > Line.Offset + Line.Size) {
        report(Group,
               Subject + " of " + Twine(Info.Width) + " bytes reaches past the instruction " + place(Line));
        continue;
      }
      // To Thumb, bl becomes blx.
      if (H.Kind != FixupKind::Arm_Call24 && !isOperand(Group, Line, H)) {
        report(Group, Subject + " is not an operand of " + Twine(Info.Width) + " bytes of the instruction " +
                          place(Line));
        continue;
      }
      if (KeepsAddendsApart && !isEmpty(Group, H))
        report(Group, Subject + " is not empty, expected zeros for the JIT to fill");
      if (isBranch(H.Kind) && !branches(Line))
        report(Group, Subject + " has the fixup kind " + Info.Spelling + " in the instruction " +
                          place(Line) + ", expected a branch");
      if (usesDataSlot(H.Kind) && !readsSlot(Group, Code.Holes[Index], H))
        report(Group,
               Subject + " reads the data slot " + Code.Holes[Index].Target + ", which does not exist");
      if (H.Value == FollowingCode && !isShim(Group) &&
          (Line.Control == Flow::Call || Line.Control == Flow::IndirectCall))
        report(Group, "calls the code that follows " + place(Line) + ", expected a jump");
    }
  }

  /// Where LLVM cannot tell a branch's target (s390x), it counts as indirect.
  static bool branches(const CodeLine &Line) {
    return Line.Control != Flow::Next && Line.Control != Flow::Return && Line.Control != Flow::Stop;
  }

  /// Two instructions that make one call or jump are one hole (RISC-V, LoongArch).
  void checkCallPair(const StencilGroup &Group, const DecodedCode &Code, const CodeLine &First,
                     const Hole &H) {
    StringRef Kind = fixupKindInfo(H.Kind).Spelling;
    std::string Subject = "code hole at offset " + hex(H.Offset);
    if (llvm::all_of(maskOf(Group, H), [](uint8_t Bits) { return Bits == 0; }))
      report(Group, Subject + " has the fixup kind " + Kind + " in the instruction " + place(First) +
                        ", expected a pair of instructions that calls or jumps");
    else if (KeepsAddendsApart && !isEmpty(Group, H))
      report(Group, Subject + " is not empty, expected zeros for the JIT to fill");
    else if (H.Addend != 0 && !First.Target) // a function of the stencil's own has a target
      leadsBeside(Group, First, H, H.Addend);
    else if (First.Target && !Code.lineAt(*First.Target))
      report(Group, "leads into the middle of an instruction " + place(First));
  }

  void leadsBeside(const StencilGroup &Group, const CodeLine &Line, const Hole &H, int64_t Distance) {
    report(Group, "leads " + Twine(Distance) + " bytes beside " +
                      (H.Value.empty() ? "&" + H.Symbol : H.Value) + " " + place(Line));
  }

  static std::vector<uint8_t> maskOf(const StencilGroup &Group, const Hole &H) {
    return holeMask(H.Kind, ArrayRef(Group.Code.Bytes).drop_front(H.Offset));
  }

  bool isEmpty(const StencilGroup &Group, const Hole &H) const {
    for (auto [I, Mask] : enumerate(maskOf(Group, H)))
      if (Group.Code.Bytes[H.Offset + I] & Mask)
        return false;
    return true;
  }

  /// The bytes of an instruction with a pattern in a hole.
  static std::vector<uint8_t> filled(const StencilGroup &Group, const CodeLine &Line, const Hole &H,
                                     uint64_t Pattern) {
    std::vector<uint8_t> Bytes = ArrayRef(Group.Code.Bytes).slice(Line.Offset, Line.Size).vec();
    for (auto [I, Mask] : enumerate(maskOf(Group, H))) {
      uint8_t &Byte = Bytes[H.Offset - Line.Offset + I];
      Byte = (Byte & ~Mask) | (uint8_t(Pattern >> 8 * I) & Mask);
    }
    return Bytes;
  }

  /// True where filling the hole changes an operand and nothing else of the instruction. Where holes are
  /// whole operands, the operand must be what was filled in.
  bool isOperand(const StencilGroup &Group, const CodeLine &Line, const Hole &H) const {
    auto Decode = [&](uint64_t Pattern) {
      return Decoder.decode(filled(Group, Line, H, Pattern), Line.Offset);
    };
    static constexpr uint64_t First = 0x1122334455667788, Second = 0x2233445566778899;
    DisassembledLine A = Decode(First), B = Decode(Second);
    if (A.Size != Line.Size || B.Size != Line.Size || A.Opcode != B.Opcode || A.Immediates == B.Immediates)
      return false;
    if (!Arch.HasWholeOperands)
      return true;
    bool IsWhole = fixupKindInfo(H.Kind).Width == 8;
    int64_t Wanted = IsWhole ? int64_t(First) : int64_t(int32_t(uint32_t(First)));
    // Of a wider operand the hole fills a part.
    if (uint64_t End = H.Offset + fixupKindInfo(H.Kind).Width; !IsWhole && End < Line.Offset + Line.Size) {
      std::vector<uint8_t> Bytes = filled(Group, Line, H, First);
      Bytes[End - Line.Offset] ^= 1;
      DisassembledLine Wider = Decoder.decode(Bytes, Line.Offset);
      if (Wider.Opcode == A.Opcode && is_contained(Wider.Immediates, Wanted ^ (INT64_C(1) << 32)))
        return false;
    }
    return is_contained(A.Immediates, Wanted) ||
           (Line.Target && A.Target && *A.Target == uint64_t(Wanted) + Line.Offset + Line.Size);
  }

  bool readsSlot(const StencilGroup &Group, const HoleMeaning &Meaning, const Hole &H) const {
    if (isInTraceSlot(H))
      return H.Value.empty() && hasTraceSlots(Set.Header);
    return H.Value == DataValue && !Meaning.Note.empty() && Meaning.Note.front() != '"';
  }

  void checkBranch(const StencilGroup &Group, const DecodedCode &Code, const CodeLine &Line) {
    if (Line.Control != Flow::Branch && Line.Control != Flow::Jump && Line.Control != Flow::Call)
      return;
    if (!Line.Holes.empty() && !Line.Target) {
      // Through a hole: LLVM's target of it means nothing.
      const Hole &H = Group.Code.Holes[Line.Holes.front()];
      int64_t Beyond = H.Addend + distanceBase(Group.Code, Line, H, Decoder);
      if (isBranch(H.Kind) && Beyond != 0)
        leadsBeside(Group, Line, H, Beyond);
      return;
    }
    if (!Line.Target)
      return;
    if (*Line.Target > Group.Code.Bytes.size())
      report(Group,
             "leads outside the " + Twine(Group.Code.Bytes.size()) + " bytes of the code " + place(Line));
    else if (!Code.lineAt(*Line.Target))
      report(Group, "leads into the middle of an instruction " + place(Line));
  }

  void checkFramePointer(const StencilGroup &Group, const CodeLine &Line) {
    if (!FramePointerIsReserved || isShim(Group))
      return;
    auto IsIt = [&](unsigned Register) {
      return Decoder.framePointer() && Decoder.overlap(Register, Decoder.framePointer());
    };
    if (llvm::any_of(Line.Reads, IsIt) || llvm::any_of(Line.Writes, IsIt))
      report(Group, "uses the frame pointer " + place(Line) + ", which the flags reserve");
  }

  /// Addresses of code that are kept in data or loaded: each that of an instruction.
  void checkAddresses(const StencilGroup &Group, const DecodedCode &Code) {
    for (const Hole &H : Group.Data.Holes)
      if (H.Value == CodeValue && H.Symbol.empty() && isAddress(H.Kind) && !Code.lineAt(uint64_t(H.Addend)))
        report(Group, "data hole at offset " + hex(H.Offset) + " has the address of CODE + " +
                          Twine(H.Addend) + ", where no instruction begins");
  }

  /// An entry of a jump table counts from the table's start, which is the last place before it that the code
  /// refers to.
  uint64_t startOfTable(const StencilGroup &Group, const DecodedCode &Code, const Hole &Entry) const {
    uint64_t Start = 0;
    for (const CodeLine &Line : Code.Lines)
      for (size_t Index : Line.Holes) {
        const Hole &H = Group.Code.Holes[Index];
        if (H.Value != DataValue)
          continue;
        int64_t Place = H.Addend + (isRelative(H.Kind) ? distanceBase(Group.Code, Line, H, Decoder) : 0);
        if (Place >= int64_t(Start) && uint64_t(Place) <= Entry.Offset)
          Start = uint64_t(Place);
      }
    return Start;
  }

  /// Which instructions control can come to; sets RunsPastEnd.
  std::vector<bool> reachable(const StencilGroup &Group, const DecodedCode &Code) {
    std::vector<bool> Seen(Code.Lines.size());
    std::vector<size_t> Pending{0};
    RunsPastEnd = false;
    // Where addresses of code are taken, or an indirect jump goes by a table, anything may be meant.
    for (auto [I, Line] : enumerate(Code.Lines))
      if (Line.IsTableEntry)
        Pending.push_back(I);
    for (const Stencil *S : {&Group.Code, &Group.Data})
      for (const Hole &H : S->Holes) {
        if (H.Value != CodeValue)
          continue;
        bool IsDistance = S == &Group.Data && isRelative(H.Kind);
        uint64_t InTable = IsDistance ? H.Offset - startOfTable(Group, Code, H) : 0;
        if (auto Line = Code.lineAt(uint64_t(H.Addend) - InTable))
          Pending.push_back(*Line);
      }
    while (!Pending.empty()) {
      size_t I = Pending.back();
      Pending.pop_back();
      for (; I < Seen.size() && !Seen[I]; ++I) {
        Seen[I] = true;
        const CodeLine &Line = Code.Lines[I];
        if (Line.Target)
          if (auto To = Code.lineAt(*Line.Target))
            Pending.push_back(*To);
        if (Line.Control == Flow::Jump || Line.Control == Flow::IndirectJump ||
            Line.Control == Flow::Return || Line.Control == Flow::Stop)
          break;
      }
      RunsPastEnd |= I == Seen.size() && !Seen.empty() && canPass(Code.Lines.back());
    }
    return Seen;
  }

  static bool canPass(const CodeLine &Last) {
    return Last.Control == Flow::Next || Last.Control == Flow::Branch;
  }

  void checkOrder() {
    std::map<unsigned, const StencilGroup *> Opcodes;
    const StencilGroup *Before = nullptr;
    for (const StencilGroup &Group : Set.Groups) {
      if (Before && Group.Name < Before->Name)
        report(Group, "comes after '" + Before->Name + "', expected stencils sorted by name");
      Before = &Group;
      if (!Group.Info || !Group.Info->Opcode)
        continue;
      auto [First, IsNew] = Opcodes.try_emplace(*Group.Info->Opcode, &Group);
      if (!IsNew)
        report(Group, "has the opcode " + Twine(*Group.Info->Opcode) + " of '" + First->second->Name + "'");
    }
  }

  const InspectedSet &Inspected;
  const StencilSet &Set;
  const Disassembler &Decoder;
  const Architecture &Arch;
  bool FramePointerIsReserved;
  bool KeepsAddendsApart; ///< relocations have addends, so that the code itself has none
  bool RunsPastEnd = false;
  std::set<std::string> NoReturn; ///< functions that may be such
  std::vector<Diagnostic> Diagnostics;
};

} // namespace

std::vector<Diagnostic> checkCode(const InspectedSet &Inspected, const Disassembler &Decoder) {
  return CodeChecker(Inspected, Decoder).run();
}

} // namespace stencilgen
