// Machine code as text, through LLVM's MC layer.
#ifndef STENCILGEN_ARCH_DISASSEMBLER_H
#define STENCILGEN_ARCH_DISASSEMBLER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stencilgen {

struct Architecture;
class MachineCode;

/// Where control goes after an instruction.
enum class Flow : uint8_t {
  Next,         ///< to the next one
  Branch,       ///< there or to the next one, by a condition; without a target: back to a caller
  Jump,         ///< there
  IndirectJump, ///< to an address in a register or in memory
  Call,         ///< there, then to the next one
  IndirectCall, ///< likewise, to an address in a register or in memory
  Return,
  Stop, ///< nowhere: a trap
};

/// One instruction, or bytes that are none.
struct DisassembledLine {
  uint64_t Offset = 0; ///< bytes from the start of the code
  uint64_t Size = 0;   ///< bytes, at least 1
  bool IsInstruction = false;
  std::string Text; ///< as llvm-objdump prints it, mnemonic and operands separated by a tab
  Flow Control = Flow::Next;
  std::optional<uint64_t> Target; ///< of a direct branch, jump or call: bytes from the start of the code
  std::optional<uint64_t> Refers; ///< to this place relative to its own (x86's %rip), likewise
  unsigned Opcode = 0;            ///< LLVM's number for this form of the instruction
  llvm::SmallVector<int64_t, 4> Immediates;     ///< the constants among its operands
  llvm::SmallVector<unsigned, 4> Reads, Writes; ///< registers, by LLVM's numbers
};

class Disassembler {
public:
  /// A disassembler for a target. Errors: LLVM has none for it.
  static llvm::Expected<Disassembler> create(llvm::StringRef Triple);

  Disassembler(Disassembler &&);
  Disassembler &operator=(Disassembler &&);
  ~Disassembler();

  /// Every byte of \p Code, as instructions where it decodes.
  std::vector<DisassembledLine> disassemble(llvm::ArrayRef<uint8_t> Code) const;

  /// The instruction that \p Code begins with, taken to be at \p Offset; \p Code must not be empty.
  DisassembledLine decode(llvm::ArrayRef<uint8_t> Code, uint64_t Offset) const;

  /// What is particular to the target's processor.
  const Architecture &architecture() const;

  /// LLVM's numbers of the frame pointer and the stack pointer, 0 where the architecture has none by name.
  unsigned framePointer() const { return FramePointer; }
  unsigned stackPointer() const { return StackPointer; }

  /// LLVM's name of an instruction's form, as PUSH64r.
  llvm::StringRef opcodeName(unsigned Opcode) const;

  /// True where one of the registers is the other or a part of it.
  bool overlap(unsigned RegisterA, unsigned RegisterB) const;

private:
  explicit Disassembler(std::unique_ptr<MachineCode> Machine);
  std::unique_ptr<MachineCode> Machine;
  unsigned FramePointer = 0, StackPointer = 0;
};

} // namespace stencilgen

#endif
