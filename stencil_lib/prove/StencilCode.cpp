// See StencilCode.h.
#include "prove/StencilCode.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen::prove {

namespace {

class CodeReader {
public:
  CodeReader(const StencilGroup &Group, DecodedCode Decoded, const MachineCode &Machine, const GuestCpu &Cpu)
      : Machine(Machine), Cpu(Cpu) {
    Code.Group = &Group;
    Code.Decoded = std::move(Decoded);
  }

  StencilCode read() {
    Code.LineAt.assign(Code.size() + 1, -1);
    for (auto [Index, Line] : enumerate(Code.Decoded.Lines)) {
      Code.LineAt[Line.Offset] = Index;
      Code.Facts.push_back(factsOf(Line));
      findExits(Line);
    }
    for (size_t I = 0; I < Code.Facts.size(); ++I)
      markCompare(I);
    findLiveIn();
    return std::move(Code);
  }

private:
  StringRef name(unsigned Register) const { return Machine.registers().getName(Register); }

  bool isFlags(unsigned Register) const {
    StringRef Name = name(Register);
    return Name == "EFLAGS" || Name == "NZCV" || Name == "CPSR" || Name == "CC" || Name == "FPSCR_NZCV";
  }

  RegisterSet bit(unsigned Register) const {
    auto Part = Cpu.part(name(Register));
    return Part ? RegisterSet(1) << Part->Index : 0;
  }

  CodeFacts factsOf(const CodeLine &Line) const {
    CodeFacts Facts;
    if (!Line.IsInstruction)
      return Facts;
    uint64_t Size;
    auto Inst = Machine.decode(ArrayRef(Code.Group->Code.Bytes).drop_front(Line.Offset), Line.Offset, Size);
    if (!Inst)
      return Facts;
    const MCInstrDesc &Description = Machine.description(*Inst);
    Facts.IsConditional = Line.Control == Flow::Branch;
    Facts.ReadsMemory = Description.mayLoad();
    StringRef Opcode = Machine.opcodeName(Line.Opcode);
    for (unsigned Register : Line.Reads)
      Facts.Reads |= bit(Register);
    if (isZeroing(*Inst, Opcode))
      Facts.Reads = 0;
    if (Opcode.starts_with("PUSH") && !(Facts.Reads & setOf(Cpu.CalleeSaved)))
      Facts.Reads = 0; // to align the stack
    // A write of 8 or 16 bits counts as well: what is left of the register is not what anybody wants then.
    for (auto [Number, Register] : enumerate(Line.Writes)) {
      Facts.Writes |= bit(Register);
      if (Number < Description.getNumDefs())
        Facts.ExplicitWrites |= bit(Register);
    }
    readOperands(*Inst, Description, Line, Facts);
    return Facts;
  }

  /// xor of a register with itself reads nothing.
  bool isZeroing(const MCInst &Inst, StringRef Opcode) const {
    if (!Opcode.contains("XOR"))
      return false;
    unsigned Count = Inst.getNumOperands();
    return Count >= 2 && llvm::all_of(Inst, [](const MCOperand &O) { return O.isReg(); }) &&
           Inst.getOperand(Count - 1).getReg() == Inst.getOperand(Count - 2).getReg();
  }

  void readOperands(const MCInst &Inst, const MCInstrDesc &Description, const CodeLine &Line,
                    CodeFacts &Facts) const {
    for (unsigned I = Description.getNumDefs(); I < Inst.getNumOperands(); ++I) {
      const MCOperand &Operand = Inst.getOperand(I);
      bool IsAddress =
          I < Description.getNumOperands() && Description.operands()[I].OperandType == MCOI::OPERAND_MEMORY;
      if (IsAddress)
        continue;
      if (Operand.isImm() && !(Line.Target && I + 1 == Inst.getNumOperands()))
        Facts.Constants.push_back(uint64_t(Operand.getImm()));
      if (Operand.isReg() && Operand.getReg())
        if (auto Part = Cpu.part(name(Operand.getReg())))
          Facts.Operands.push_back(*Part);
    }
    // What the text has and LLVM's operand only encodes: a logical immediate of AArch64.
    SmallVector<StringRef> Parts;
    StringRef(Line.Text).split(Parts, '#');
    for (StringRef Part : ArrayRef(Parts).drop_front()) {
      int64_t Number;
      if (!Part.take_while([](char C) { return isAlnum(C) || C == '-'; }).getAsInteger(0, Number))
        Facts.Constants.push_back(uint64_t(Number));
    }
  }

  /// A reader of the flags depends on the nearest writer before it; a branch without flags compares by
  /// itself.
  void markCompare(size_t Index) {
    const CodeLine &Line = Code.Decoded.Lines[Index];
    auto IsFlags = [&](unsigned Register) { return isFlags(Register); };
    if (llvm::none_of(Line.Reads, IsFlags)) {
      Code.Facts[Index].IsCompare = Code.Facts[Index].IsConditional;
      return;
    }
    for (size_t I = Index; I-- > 0;)
      if (llvm::any_of(Code.Decoded.Lines[I].Writes, IsFlags)) {
        Code.Facts[I].IsCompare = true;
        return;
      }
  }

  void findExits(const CodeLine &Line) {
    if (Line.Control == Flow::Next)
      return;
    for (size_t Index : Line.Holes) {
      const std::string &Value = Code.Group->Code.Holes[Index].Value;
      if (!Value.empty() && Value != CodeValue && Value != DataValue)
        Code.Exits.insert(Value);
    }
  }

  void findLiveIn() {
    const auto &Lines = Code.Decoded.Lines;
    std::vector<RegisterSet> Live(Lines.size() + 1);
    RegisterSet Floats = 0;
    for (auto [Index, R] : enumerate(Cpu.Registers))
      if (R.IsFloat)
        Floats |= RegisterSet(1) << Index;
    for (bool Changed = true; Changed;) {
      Changed = false;
      for (size_t I = Lines.size(); I-- > 0;) {
        RegisterSet Behind = 0;
        if (Lines[I].Control != Flow::Jump && Lines[I].Control != Flow::Return &&
            Lines[I].Control != Flow::IndirectJump && Lines[I].Control != Flow::Stop)
          Behind = Live[I + 1];
        for (const CodeEdge &Edge : Code.Decoded.Edges)
          if (Edge.From == I)
            Behind |= Live[Edge.To];
        RegisterSet Killed = Code.Facts[I].Writes;
        if (Lines[I].Control == Flow::Call || Lines[I].Control == Flow::IndirectCall)
          Killed |= setOf(Cpu.CallerSaved);
        RegisterSet Now = (Behind & ~Killed) | (Code.Facts[I].Reads & ~Floats);
        Changed |= Now != Live[I];
        Live[I] = Now;
      }
    }
    Code.LiveIn = Live[0];
  }

  const MachineCode &Machine;
  const GuestCpu &Cpu;
  StencilCode Code;
};

/// What is known of registers before a line.
struct ArgumentState {
  RegisterSet Defined = ~RegisterSet(0), Unread = 0;
  bool IsReached = false;
};

} // namespace

StencilCode readCode(const StencilGroup &Group, DecodedCode Decoded, const MachineCode &Machine,
                     const GuestCpu &Cpu) {
  return CodeReader(Group, std::move(Decoded), Machine, Cpu).read();
}

void readCalls(StencilCode &Code, const GuestCpu &Cpu, RegisterSet Passed) {
  const auto &Lines = Code.Decoded.Lines;
  std::vector<ArgumentState> Before(Lines.size() + 1);
  RegisterSet CallerSaved = setOf(Cpu.CallerSaved), Results = setOf(Cpu.Results);
  auto IsCall = [](const CodeLine &Line) {
    return Line.Control == Flow::Call || Line.Control == Flow::IndirectCall;
  };
  std::vector<size_t> Pending{0};
  Before[0] = {Passed, 0, true};
  auto Reach = [&](size_t To, const ArgumentState &S) {
    ArgumentState Old = Before[To];
    Before[To].Defined &= S.Defined;
    Before[To].Unread |= S.Unread;
    Before[To].IsReached = true;
    if (!Old.IsReached || Old.Defined != Before[To].Defined || Old.Unread != Before[To].Unread)
      Pending.push_back(To);
  };
  while (!Pending.empty()) {
    size_t I = Pending.back();
    Pending.pop_back();
    if (I >= Lines.size())
      continue;
    const CodeFacts &Facts = Code.Facts[I];
    ArgumentState After = Before[I];
    After.Unread = (After.Unread & ~Facts.Reads & ~Facts.Writes) | Facts.ExplicitWrites;
    After.Defined |= Facts.Writes;
    if (IsCall(Lines[I])) {
      After.Defined = (After.Defined & ~CallerSaved) | Results;
      After.Unread &= ~CallerSaved;
    }
    for (const CodeEdge &Edge : Code.Decoded.Edges)
      if (Edge.From == I)
        Reach(Edge.To, After);
    if (Lines[I].Control == Flow::Next || Lines[I].Control == Flow::Branch || IsCall(Lines[I]))
      Reach(I + 1, After);
  }
  Code.Calls.clear();
  for (auto [I, Line] : enumerate(Lines)) {
    bool IsTail = Line.Control == Flow::IndirectJump || (Line.Control == Flow::Jump && !Line.Callee.empty());
    if (!Before[I].IsReached || !(IsCall(Line) || IsTail))
      continue;
    CallSite Site{I, Line.Callee, Before[I].Defined, Before[I].Unread & ~Code.Facts[I].Reads};
    Site.Returns = IsTail || (I + 1 < Lines.size() && Lines[I + 1].IsInstruction &&
                              Lines[I + 1].Control != Flow::Stop && !isPadding(Lines[I + 1]));
    Code.Calls.push_back(std::move(Site));
  }
}

} // namespace stencilgen::prove
