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

Expected<std::unique_ptr<MachineCode>> MachineCode::create(StringRef TripleName) {
  std::unique_ptr<MachineCode> Result(new MachineCode);
  Result->TargetTriple = Triple(Triple::normalize(TripleName));
  const Triple &T = Result->TargetTriple;
  const Architecture &Arch = architectureOf(T);
  Result->Processor = &Arch;
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
  Result->Subtarget.reset(Found->createMCSubtargetInfo(Key, Arch.Processor, Arch.Features));
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
  if (!Result->Decoder || !Result->Printer || (!Result->Analysis && !Arch.BranchTarget))
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
  if (!isBranch(Inst) && !isCall(Inst))
    return std::nullopt;
  if (Processor->BranchTarget)
    return Processor->BranchTarget(Inst, Description, Analysis != nullptr, Offset);
  uint64_t Target = 0;
  if (Analysis->evaluateBranch(Inst, Offset, Size, Target))
    return Target;
  return std::nullopt;
}

std::optional<uint64_t> MachineCode::referredAddress(const MCInst &Inst, uint64_t Offset,
                                                     uint64_t Size) const {
  return Analysis ? Analysis->evaluateMemoryOperandAddress(Inst, Subtarget.get(), Offset, Size)
                  : std::nullopt;
}

std::string MachineCode::text(const MCInst &Inst, uint64_t Offset, uint64_t Size) const {
  std::string Text;
  raw_string_ostream OS(Text);
  // The printer adds the distance that it finds to what it is given.
  Printer->printInst(&Inst, Processor->CountsFromEnd ? Offset + Size : Offset, "", *Subtarget, OS);
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
