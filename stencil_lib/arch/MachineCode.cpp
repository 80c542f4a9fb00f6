// See MachineCode.h.
#include "arch/MachineCode.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace stencilgen {

/// The processor whose instructions are decoded, and its features: the flags may have asked for any extension
/// of the architecture, and llvm-objdump knows them all as well.
static std::pair<StringRef, StringRef> processorOf(const Triple &T) {
  if (T.isAArch64())
    return {"", "+all"};
  if (T.isRISCV())
    return {"", "+m,+a,+f,+d,+c"};
  if (T.isPPC())
    return {"future", ""};
  if (T.getArch() == Triple::systemz)
    return {"arch14", ""};
  return {"", ""};
}

Expected<std::unique_ptr<MachineCode>> MachineCode::create(StringRef TripleName) {
  std::unique_ptr<MachineCode> Result(new MachineCode);
  Result->TargetTriple = Triple(Triple::normalize(TripleName));
  const Triple &T = Result->TargetTriple;
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
  Result->Registers.reset(Found->createMCRegInfo(Key));
  if (!Result->Registers)
    return Missing("register information");
  Result->AsmInfo.reset(Found->createMCAsmInfo(*Result->Registers, Key, Result->Options));
  auto [Processor, Features] = processorOf(T);
  Result->Subtarget.reset(Found->createMCSubtargetInfo(Key, Processor, Features));
  Result->Instructions.reset(Found->createMCInstrInfo());
  if (!Result->AsmInfo || !Result->Subtarget || !Result->Instructions)
    return Missing("instruction information");
  Result->Context =
      std::make_unique<MCContext>(T, Result->AsmInfo.get(), Result->Registers.get(), Result->Subtarget.get());
  Result->Decoder.reset(Found->createMCDisassembler(*Result->Subtarget, *Result->Context));
  Result->Printer.reset(Found->createMCInstPrinter(T, Result->AsmInfo->getAssemblerDialect(),
                                                   *Result->AsmInfo, *Result->Instructions,
                                                   *Result->Registers));
  Result->Analysis.reset(Found->createMCInstrAnalysis(Result->Instructions.get()));
  bool MayLackAnalysis = T.getArch() == Triple::systemz; // LLVM 19
  if (!Result->Decoder || !Result->Printer || (!Result->Analysis && !MayLackAnalysis))
    return Missing("disassembler");
  Result->Printer->setPrintImmHex(true);
  Result->Printer->setPrintBranchImmAsAddress(true);
  return Result;
}

std::optional<MCInst> MachineCode::decode(ArrayRef<uint8_t> Bytes, uint64_t Offset, uint64_t &Size) const {
  MCInst Inst;
  Size = 0;
  if (Decoder->getInstruction(Inst, Size, Bytes, Offset, nulls()) != MCDisassembler::Fail && Size > 0)
    return Inst;
  Size = std::max<uint64_t>(1, std::min<uint64_t>(Size, Bytes.size()));
  return std::nullopt;
}

Expected<std::vector<MachineInstruction>> MachineCode::decode(ArrayRef<uint8_t> Code) const {
  std::vector<MachineInstruction> Result;
  for (uint64_t Offset = 0, Size; Offset < Code.size(); Offset += Size) {
    auto Inst = decode(Code.drop_front(Offset), Offset, Size);
    if (!Inst)
      return makeError("code offset 0x" + utohexstr(Offset, true) +
                       ": expected an instruction, found byte 0x" + utohexstr(Code[Offset], true));
    Result.push_back({Offset, Size, std::move(*Inst)});
  }
  return Result;
}

std::optional<uint64_t> MachineCode::branchTarget(const MCInst &Inst, uint64_t Offset, uint64_t Size) const {
  const MCInstrDesc &Description = description(Inst);
  if (!Description.isBranch() && !Description.isCall())
    return std::nullopt;
  // SystemZ's operand is the target itself in LLVM 19, which has no analysis for it; later it counts from
  // this instruction, where LLVM's analysis counts from the next.
  if (TargetTriple.getArch() == Triple::systemz) {
    for (unsigned I = 0; I < Inst.getNumOperands() && I < Description.getNumOperands(); ++I)
      if (Description.operands()[I].OperandType == MCOI::OPERAND_PCREL && Inst.getOperand(I).isImm())
        return (Analysis ? Offset : 0) + static_cast<uint64_t>(Inst.getOperand(I).getImm());
    return std::nullopt;
  }
  uint64_t Target = 0;
  if (Analysis->evaluateBranch(Inst, Offset, Size, Target))
    return Target;
  return std::nullopt;
}

std::string MachineCode::text(const MCInst &Inst, uint64_t Offset, uint64_t Size) const {
  std::string Text;
  raw_string_ostream OS(Text);
  // Branches of x86 count from the next instruction, and the printer adds what it finds to what it is given.
  Printer->printInst(&Inst, TargetTriple.isX86() ? Offset + Size : Offset, "", *Subtarget, OS);
  return StringRef(Text).trim().str();
}

std::optional<unsigned> MachineCode::registerNamed(StringRef Name) const {
  for (unsigned Register = 1; Register < Registers->getNumRegs(); ++Register)
    if (Name == Registers->getName(Register))
      return Register;
  return std::nullopt;
}

bool MachineCode::touches(const MCInst &Inst, unsigned Register) const {
  const MCInstrDesc &Desc = description(Inst);
  auto Overlaps = [&](unsigned Other) { return Other && Registers->regsOverlap(Other, Register); };
  return llvm::any_of(Inst, [&](const MCOperand &O) { return O.isReg() && Overlaps(O.getReg()); }) ||
         llvm::any_of(Desc.implicit_uses(), Overlaps) || llvm::any_of(Desc.implicit_defs(), Overlaps);
}

} // namespace stencilgen
