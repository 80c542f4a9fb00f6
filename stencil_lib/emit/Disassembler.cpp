// See Disassembler.h.
#include "emit/Disassembler.h"
#include "stencil/MachineCode.h"

using namespace llvm;

namespace stencilgen {

Disassembler::Disassembler(std::unique_ptr<MachineCode> Machine) : Machine(std::move(Machine)) {}
Disassembler::Disassembler(Disassembler &&) = default;
Disassembler &Disassembler::operator=(Disassembler &&) = default;
Disassembler::~Disassembler() = default;

Expected<Disassembler> Disassembler::create(StringRef Triple) {
  auto Machine = MachineCode::create(Triple);
  if (!Machine)
    return Machine.takeError();
  return Disassembler(std::move(*Machine));
}

std::vector<DisassembledLine> Disassembler::disassemble(ArrayRef<uint8_t> Code) const {
  std::vector<DisassembledLine> Lines;
  for (uint64_t Offset = 0, Size; Offset < Code.size(); Offset += Size) {
    auto Inst = Machine->decode(Code.drop_front(Offset), Offset, Size);
    Lines.push_back({Offset, Size, Inst.has_value(), Inst ? Machine->text(*Inst, Offset, Size) : "<unknown>"});
  }
  return Lines;
}

} // namespace stencilgen
