// See Disassembler.h.
#include "emit/Disassembler.h"
#include "support/Diagnostic.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/MC/MCInstrAnalysis.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace stencilgen {

struct Disassembler::Impl {
  Triple TargetTriple;
  MCTargetOptions Options;
  std::unique_ptr<const MCRegisterInfo> Registers;
  std::unique_ptr<const MCAsmInfo> AsmInfo;
  std::unique_ptr<const MCSubtargetInfo> Subtarget;
  std::unique_ptr<const MCInstrInfo> Instructions;
  std::unique_ptr<const MCInstrAnalysis> Analysis;
  std::unique_ptr<MCContext> Context;
  std::unique_ptr<const MCDisassembler> Decoder;
  std::unique_ptr<MCInstPrinter> Printer;
  unsigned FramePointer = 0, StackPointer = 0;

  unsigned registerNamed(StringRef Name) const {
    for (unsigned Register = 1; Register < Registers->getNumRegs(); ++Register)
      if (Registers->getName(Register) == Name)
        return Register;
    return 0;
  }

  Flow flowOf(const MCInstrDesc &Description, bool HasTarget) const;
  void describe(const MCInst &Instruction, DisassembledLine &Line) const;
};

/// The processor whose instructions are decoded: everything LLVM knows, as llvm-objdump does, because the
/// manifest does not say what the compiler was told.
static std::pair<StringRef, StringRef> processorOf(const Triple &T) {
  if (T.isAArch64())
    return {"", "+all"};
  if (T.isRISCV())
    return {"", "+m,+a,+f,+d,+c"};
  if (T.isPPC())
    return {"future", ""};
  return {"", ""};
}

/// LLVM's names of the frame pointer and the stack pointer.
static std::pair<StringRef, StringRef> stackRegisters(const Triple &T) {
  switch (T.getArch()) {
  case Triple::x86_64:
    return {"RBP", "RSP"};
  case Triple::x86:
    return {"EBP", "ESP"};
  case Triple::aarch64:
  case Triple::aarch64_be:
    return {"FP", "SP"};
  case Triple::riscv64:
    return {"X8", "X2"};
  case Triple::loongarch64:
    return {"R22", "R3"};
  case Triple::systemz:
    return {"R11D", "R15D"};
  case Triple::arm:
  case Triple::thumb:
    return {"R11", "SP"};
  case Triple::ppc64le:
    return {"X31", "X1"};
  default:
    return {"", ""};
  }
}

Flow Disassembler::Impl::flowOf(const MCInstrDesc &Description, bool HasTarget) const {
  if (Description.isCall())
    return HasTarget ? Flow::Call : Flow::IndirectCall;
  if (Description.isReturn())
    return Flow::Return;
  if (Description.isIndirectBranch())
    return Flow::IndirectJump;
  if (Description.isBranch())
    return Description.isBarrier() ? Flow::Jump : Flow::Branch;
  return Description.isBarrier() ? Flow::Stop : Flow::Next;
}

void Disassembler::Impl::describe(const MCInst &Instruction, DisassembledLine &Line) const {
  const MCInstrDesc &Description = Instructions->get(Instruction.getOpcode());
  Line.Opcode = Instruction.getOpcode();
  uint64_t Target = 0;
  if ((Description.isBranch() || Description.isCall()) &&
      Analysis->evaluateBranch(Instruction, Line.Offset, Line.Size, Target))
    Line.Target = Target;
  Line.Control = flowOf(Description, Line.Target.has_value());
  for (unsigned I = 0; I < Instruction.getNumOperands(); ++I) {
    const MCOperand &Operand = Instruction.getOperand(I);
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

Disassembler::Disassembler(std::unique_ptr<Impl> State) : State(std::move(State)) {}
Disassembler::Disassembler(Disassembler &&) = default;
Disassembler &Disassembler::operator=(Disassembler &&) = default;
Disassembler::~Disassembler() = default;

Expected<Disassembler> Disassembler::create(StringRef TripleName) {
  auto State = std::make_unique<Impl>();
  State->TargetTriple = Triple(Triple::normalize(TripleName));
  const Triple &T = State->TargetTriple;
  std::string Problem;
#if LLVM_VERSION_MAJOR >= 22
  const Target *Found = TargetRegistry::lookupTarget(T, Problem);
  const Triple &Key = T;
#else
  const Target *Found = TargetRegistry::lookupTarget(T.str(), Problem);
  StringRef Key = T.str();
#endif
  auto Missing = [&](const Twine &What) { return makeError("LLVM has no " + What + " for " + TripleName); };
  if (!Found)
    return Missing("target");
  State->Registers.reset(Found->createMCRegInfo(Key));
  if (!State->Registers)
    return Missing("register information");
  State->AsmInfo.reset(Found->createMCAsmInfo(*State->Registers, Key, State->Options));
  auto [Processor, Features] = processorOf(T);
  State->Subtarget.reset(Found->createMCSubtargetInfo(Key, Processor, Features));
  State->Instructions.reset(Found->createMCInstrInfo());
  if (!State->AsmInfo || !State->Subtarget || !State->Instructions)
    return Missing("instruction information");
  State->Context =
      std::make_unique<MCContext>(T, State->AsmInfo.get(), State->Registers.get(), State->Subtarget.get());
  State->Decoder.reset(Found->createMCDisassembler(*State->Subtarget, *State->Context));
  State->Printer.reset(Found->createMCInstPrinter(T, State->AsmInfo->getAssemblerDialect(), *State->AsmInfo,
                                                  *State->Instructions, *State->Registers));
  State->Analysis.reset(Found->createMCInstrAnalysis(State->Instructions.get()));
  if (!State->Decoder || !State->Printer || !State->Analysis)
    return Missing("disassembler");
  auto [FramePointer, StackPointer] = stackRegisters(T);
  State->FramePointer = State->registerNamed(FramePointer);
  State->StackPointer = State->registerNamed(StackPointer);
  State->Printer->setPrintImmHex(true);
  State->Printer->setPrintBranchImmAsAddress(true);
  return Disassembler(std::move(State));
}

DisassembledLine Disassembler::decode(ArrayRef<uint8_t> Code, uint64_t Offset) const {
  MCInst Instruction;
  DisassembledLine Line;
  Line.Offset = Offset;
  Line.IsInstruction = State->Decoder->getInstruction(Instruction, Line.Size, Code, Offset, nulls()) !=
                       MCDisassembler::Fail;
  raw_string_ostream OS(Line.Text);
  if (!Line.IsInstruction) {
    Line.Size = std::max<uint64_t>(1, std::min<uint64_t>(Line.Size, Code.size()));
    OS << "<unknown>";
    return Line;
  }
  // x86 counts from the end of the instruction, and the printer does not know how long it is
  // (MCInstPrinter::printInst).
  uint64_t Base = Offset + (countsFromEnd() ? Line.Size : 0);
  State->Printer->printInst(&Instruction, Base, "", *State->Subtarget, OS);
  Line.Text = StringRef(Line.Text).trim().str();
  State->describe(Instruction, Line);
  return Line;
}

std::vector<DisassembledLine> Disassembler::disassemble(ArrayRef<uint8_t> Code) const {
  std::vector<DisassembledLine> Lines;
  for (uint64_t Offset = 0; Offset < Code.size(); Offset += Lines.back().Size)
    Lines.push_back(decode(Code.drop_front(Offset), Offset));
  return Lines;
}

bool Disassembler::countsFromEnd() const { return State->TargetTriple.isX86(); }
unsigned Disassembler::framePointer() const { return State->FramePointer; }
unsigned Disassembler::stackPointer() const { return State->StackPointer; }

StringRef Disassembler::opcodeName(unsigned Opcode) const { return State->Instructions->getName(Opcode); }

bool Disassembler::overlap(unsigned RegisterA, unsigned RegisterB) const {
  return State->Registers->regsOverlap(RegisterA, RegisterB);
}

} // namespace stencilgen
