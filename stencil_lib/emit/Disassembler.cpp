// See Disassembler.h.
#include "emit/Disassembler.h"
#include "support/Diagnostic.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
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
  std::unique_ptr<MCContext> Context;
  std::unique_ptr<const MCDisassembler> Decoder;
  std::unique_ptr<MCInstPrinter> Printer;
};

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
  State->Subtarget.reset(Found->createMCSubtargetInfo(Key, "", ""));
  State->Instructions.reset(Found->createMCInstrInfo());
  if (!State->AsmInfo || !State->Subtarget || !State->Instructions)
    return Missing("instruction information");
  State->Context =
      std::make_unique<MCContext>(T, State->AsmInfo.get(), State->Registers.get(), State->Subtarget.get());
  State->Decoder.reset(Found->createMCDisassembler(*State->Subtarget, *State->Context));
  State->Printer.reset(Found->createMCInstPrinter(T, State->AsmInfo->getAssemblerDialect(), *State->AsmInfo,
                                                  *State->Instructions, *State->Registers));
  if (!State->Decoder || !State->Printer)
    return Missing("disassembler");
  State->Printer->setPrintImmHex(true);
  State->Printer->setPrintBranchImmAsAddress(true);
  return Disassembler(std::move(State));
}

std::vector<DisassembledLine> Disassembler::disassemble(ArrayRef<uint8_t> Code) const {
  std::vector<DisassembledLine> Lines;
  for (uint64_t Offset = 0; Offset < Code.size();) {
    MCInst Instruction;
    uint64_t Size = 0;
    ArrayRef<uint8_t> Rest = Code.drop_front(Offset);
    bool Decoded =
        State->Decoder->getInstruction(Instruction, Size, Rest, Offset, nulls()) == MCDisassembler::Success;
    DisassembledLine Line{Offset, Size, Decoded, {}};
    raw_string_ostream OS(Line.Text);
    if (Decoded) {
      State->Printer->printInst(&Instruction, Offset, "", *State->Subtarget, OS);
      Line.Text = StringRef(Line.Text).trim().str();
    } else {
      Line.Size = std::max<uint64_t>(1, std::min<uint64_t>(Size, Rest.size()));
      OS << "<unknown>";
    }
    Offset += Line.Size;
    Lines.push_back(std::move(Line));
  }
  return Lines;
}

} // namespace stencilgen
