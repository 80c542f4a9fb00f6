// See ELFPairs.h.
#include "ELFPairs.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen {

std::optional<ELFProblem> pairDifferences(MutableArrayRef<ELFRelocation> Relocations,
                                          const ObjectImage &Image, size_t Section,
                                          ArrayRef<DifferenceTypes> Types) {
  const std::vector<uint8_t> &Bytes = Image.Sections[Section].Bytes;
  for (size_t I = 0; I < Relocations.size(); ++I) {
    ELFRelocation &Add = Relocations[I];
    if (llvm::any_of(Types, [&](const DifferenceTypes &T) { return T.Subtract == Add.Type; }))
      return ELFProblem{I, "expected an addition at the same offset before it"};
    auto Type = llvm::find_if(Types, [&](const DifferenceTypes &T) { return T.Add == Add.Type; });
    if (Type == Types.end())
      continue;
    if (I + 1 == Relocations.size() || Relocations[I + 1].Type != Type->Subtract ||
        Relocations[I + 1].Offset != Add.Offset)
      return ELFProblem{I, "expected a subtraction at the same offset after it"};
    ELFRelocation &Subtract = Relocations[++I];
    if (Subtract.Symbol >= Image.Symbols.size() || Image.Symbols[Subtract.Symbol].Section != Section)
      return ELFProblem{I, "expected it to subtract an address in the same section: only distances from the "
                           "place itself can be part of a stencil"};
    for (uint64_t Byte = Add.Offset; Byte < Bytes.size() && Byte < Add.Offset + Type->Width; ++Byte)
      if (Bytes[Byte] != 0)
        return ELFProblem{I, "expected bytes that are 0"};
    uint64_t Subtracted = Image.Symbols[Subtract.Symbol].Value + static_cast<uint64_t>(Subtract.Addend);
    Add.Addend = static_cast<int64_t>(static_cast<uint64_t>(Add.Addend) + Add.Offset - Subtracted);
    Add.Paired = Subtract.Type;
    Subtract.Type = 0;
  }
  return std::nullopt;
}

} // namespace stencilgen
