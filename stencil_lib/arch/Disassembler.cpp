// See Disassembler.h.
#include "arch/Disassembler.h"
#include "arch/MachineCode.h"

using namespace llvm;

namespace stencilgen {

/// True if a return or an indirect jump is taken by a condition: one with a predicate, as Arm's bxne lr, or
/// one that is not a barrier, as s390x's compare-and-branch to a register.
static bool leavesByCondition(const MachineCode &Machine, const MCInst &Inst) {
  const MCInstrDesc &Description = Machine.description(Inst);
  if (Description.isIndirectBranch() && !Description.isBarrier())
    return true;
  for (unsigned I = 0; I < std::min<unsigned>(Inst.getNumOperands(), Description.getNumOperands()); ++I)
    if (Description.operands()[I].isPredicate() && Inst.getOperand(I).isImm())
      return Inst.getOperand(I).getImm() != Machine.architecture().AlwaysHolds;
  return false;
}

/// An architecture's analysis knows what the instruction's description cannot: RISC-V's jal is a call or a
/// jump, as its register says.
static Flow flowOf(const MachineCode &Machine, const MCInst &Inst, bool HasTarget) {
  const MCInstrDesc &Description = Machine.description(Inst);
  const MCInstrAnalysis *Analysis = Machine.analysis();
  if (Machine.isCall(Inst))
    return HasTarget ? Flow::Call : Flow::IndirectCall;
  if (Analysis ? Analysis->isReturn(Inst) : Description.isReturn())
    return leavesByCondition(Machine, Inst) ? Flow::Branch : Flow::Return;
  if (Analysis ? Analysis->isIndirectBranch(Inst) : Description.isIndirectBranch())
    return leavesByCondition(Machine, Inst) ? Flow::Branch : Flow::IndirectJump;
  if (Machine.isBranch(Inst)) {
    bool Always = Description.isBarrier() || (Analysis && Analysis->isUnconditionalBranch(Inst));
    return Always ? Flow::Jump : Flow::Branch;
  }
  return Description.isBarrier() ? Flow::Stop : Flow::Next;
}

/// What is known of an instruction beyond its text.
static void describe(const MachineCode &Machine, const MCInst &Inst, DisassembledLine &Line) {
  const MCInstrDesc &Description = Machine.description(Inst);
  Line.Opcode = Inst.getOpcode();
  Line.Target = Machine.branchTarget(Inst, Line.Offset, Line.Size);
  Line.Refers = Machine.referredAddress(Inst, Line.Offset, Line.Size);
  Line.Control = flowOf(Machine, Inst, Line.Target.has_value());
  for (unsigned I = 0; I < Inst.getNumOperands(); ++I) {
    const MCOperand &Operand = Inst.getOperand(I);
    if (Operand.isImm())
      Line.Immediates.push_back(Operand.getImm());
    else if (Operand.isReg() && Operand.getReg())
      (I < Description.getNumDefs() ? Line.Writes : Line.Reads).push_back(unsigned(Operand.getReg()));
  }
  for (MCPhysReg Register : Description.implicit_defs())
    Line.Writes.push_back(Register);
  for (MCPhysReg Register : Description.implicit_uses())
    Line.Reads.push_back(Register);
}

Disassembler::Disassembler(std::unique_ptr<MachineCode> Code) : Machine(std::move(Code)) {
  FramePointer = Machine->registerNamed(architecture().FramePointer).value_or(0);
  StackPointer = Machine->registerNamed(architecture().StackPointer).value_or(0);
}

Disassembler::Disassembler(Disassembler &&) = default;
Disassembler &Disassembler::operator=(Disassembler &&) = default;
Disassembler::~Disassembler() = default;

Expected<Disassembler> Disassembler::create(StringRef Triple) {
  auto Machine = MachineCode::create(Triple);
  if (!Machine)
    return Machine.takeError();
  return Disassembler(std::move(*Machine));
}

DisassembledLine Disassembler::decode(ArrayRef<uint8_t> Code, uint64_t Offset) const {
  DisassembledLine Line;
  Line.Offset = Offset;
  auto Inst = Machine->decode(Code, Offset, Line.Size);
  Line.IsInstruction = Inst.has_value();
  if (!Inst) {
    Line.Text = "<unknown>";
    return Line;
  }
  Line.Text = Machine->text(*Inst, Offset, Line.Size);
  describe(*Machine, *Inst, Line);
  return Line;
}

std::vector<DisassembledLine> Disassembler::disassemble(ArrayRef<uint8_t> Code) const {
  std::vector<DisassembledLine> Lines;
  for (uint64_t Offset = 0; Offset < Code.size(); Offset += Lines.back().Size)
    Lines.push_back(decode(Code.drop_front(Offset), Offset));
  return Lines;
}

const Architecture &Disassembler::architecture() const { return Machine->architecture(); }

StringRef Disassembler::opcodeName(unsigned Opcode) const { return Machine->opcodeName(Opcode); }

bool Disassembler::overlap(unsigned RegisterA, unsigned RegisterB) const {
  return Machine->registers().regsOverlap(RegisterA, RegisterB);
}

} // namespace stencilgen
