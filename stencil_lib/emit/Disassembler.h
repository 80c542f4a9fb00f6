// Machine code as text, through LLVM's MC layer.
#ifndef STENCILGEN_EMIT_DISASSEMBLER_H
#define STENCILGEN_EMIT_DISASSEMBLER_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace stencilgen {

class MachineCode;

/// One instruction, or bytes that are none.
struct DisassembledLine {
  uint64_t Offset; ///< bytes from the start of the code
  uint64_t Size;   ///< bytes, at least 1
  bool IsInstruction;
  std::string Text; ///< as llvm-objdump prints it, mnemonic and operands separated by a tab
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

private:
  explicit Disassembler(std::unique_ptr<MachineCode> Machine);
  std::unique_ptr<MachineCode> Machine;
};

} // namespace stencilgen

#endif
