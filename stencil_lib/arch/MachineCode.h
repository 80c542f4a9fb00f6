// Machine code as instructions, through LLVM's MC layer.
#ifndef STENCILGEN_ARCH_MACHINECODE_H
#define STENCILGEN_ARCH_MACHINECODE_H

#include "arch/Architecture.h"
#include "llvm/ADT/ArrayRef.h"
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
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

/// An instruction and where it is.
struct MachineInstruction {
  uint64_t Offset; ///< bytes from the start of the code
  uint64_t Size;   ///< bytes
  llvm::MCInst Inst;
};

/// What LLVM knows of the instructions of one target.
class MachineCode {
public:
  /// Errors: LLVM has no such target, or no disassembler for it.
  static llvm::Expected<std::unique_ptr<MachineCode>> create(llvm::StringRef Triple);

  /// The instruction at the start of \p Bytes, which lie at \p Offset of the code. None where the bytes are
  /// no instruction; \p Size then receives how many of them are to be skipped, at least 1.
  std::optional<llvm::MCInst> decode(llvm::ArrayRef<uint8_t> Bytes, uint64_t Offset, uint64_t &Size) const;

  /// All of \p Code. Errors: bytes that are no instruction.
  llvm::Expected<std::vector<MachineInstruction>> decode(llvm::ArrayRef<uint8_t> Code) const;

  /// Where a direct branch, jump or call leads, as an offset of the code; none for anything else.
  std::optional<uint64_t> branchTarget(const llvm::MCInst &Inst, uint64_t Offset, uint64_t Size) const;

  /// The address that an instruction refers to relative to its own place, as an offset of the code; none
  /// where it refers to none, or LLVM's analysis cannot tell.
  std::optional<uint64_t> referredAddress(const llvm::MCInst &Inst, uint64_t Offset, uint64_t Size) const;

  /// The instruction of \p Size bytes at \p Offset as llvm-objdump prints it.
  std::string text(const llvm::MCInst &Inst, uint64_t Offset, uint64_t Size) const;

  /// True for calls, direct and indirect; not for a jump that LLVM describes as a call of another form.
  bool isCall(const llvm::MCInst &Inst) const {
    return Analysis ? Analysis->isCall(Inst) : description(Inst).isCall();
  }
  bool isBranch(const llvm::MCInst &Inst) const {
    return Analysis ? Analysis->isBranch(Inst) : description(Inst).isBranch();
  }
  /// Null where LLVM has none for the architecture.
  const llvm::MCInstrAnalysis *analysis() const { return Analysis.get(); }

  const llvm::MCInstrDesc &description(const llvm::MCInst &Inst) const {
    return Instructions->get(Inst.getOpcode());
  }

  /// The register with LLVM's own name \p Name, none when the target has no such register.
  std::optional<unsigned> registerNamed(llvm::StringRef Name) const;

  /// True where the instruction reads or writes \p Register, or a part of it, implicitly or not.
  bool touches(const llvm::MCInst &Inst, unsigned Register) const;

  /// LLVM's name of an instruction's form, as PUSH64r.
  llvm::StringRef opcodeName(unsigned Opcode) const { return Instructions->getName(Opcode); }

  const llvm::MCRegisterInfo &registers() const { return *Registers; }
  const llvm::Triple &triple() const { return TargetTriple; }
  const Architecture &architecture() const { return *Processor; }

private:
  MachineCode() = default;

  llvm::Triple TargetTriple;
  const Architecture *Processor = nullptr;
  llvm::MCTargetOptions Options;
  std::unique_ptr<const llvm::MCRegisterInfo> Registers;
  std::unique_ptr<const llvm::MCAsmInfo> AsmInfo;
  std::unique_ptr<const llvm::MCSubtargetInfo> Subtarget;
  std::unique_ptr<const llvm::MCInstrInfo> Instructions;
  std::unique_ptr<const llvm::MCInstrAnalysis> Analysis;
  std::unique_ptr<llvm::MCContext> Context;
  std::unique_ptr<const llvm::MCDisassembler> Decoder;
  std::unique_ptr<llvm::MCInstPrinter> Printer;
};

} // namespace stencilgen

#endif
