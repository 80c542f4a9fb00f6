// See LandingPad.h.
#include "stencil/LandingPad.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen {

/// How far from the place it means an addend is: instructions of x86 count from their end, which is 4 bytes
/// on.
static int64_t biasOf(const ImageSection &Section, FixupKind Kind) {
  bool CountsFromEnd = Kind == FixupKind::PCRel32 || Kind == FixupKind::X86_64_Branch32 ||
                       Kind == FixupKind::X86_64_GotPCRel32 || Kind == FixupKind::I386_Branch32;
  return Section.Kind == SectionKind::Code && CountsFromEnd ? 4 : 0;
}

void dropLandingPad(ObjectImage &Image, ArrayRef<uint8_t> Pad) {
  auto Code = find_if(Image.Sections, [](const ImageSection &Section) {
    return Section.Kind == SectionKind::Code && !Section.Bytes.empty();
  });
  if (Pad.empty() || Code == Image.Sections.end() || Code->Bytes.size() < Pad.size() ||
      !std::equal(Pad.begin(), Pad.end(), Code->Bytes.begin()))
    return;
  const size_t Index = Code - Image.Sections.begin();
  const int64_t Size = Pad.size();
  Code->Bytes.erase(Code->Bytes.begin(), Code->Bytes.begin() + Size);
  for (Fixup &F : Code->Fixups)
    F.Offset -= Size; // none is in the pad: it has no operand
  for (ImageSection &Section : Image.Sections)
    for (Fixup &F : Section.Fixups) {
      const ImageSymbol &Symbol = Image.Symbols[F.Symbol];
      if (Symbol.Section == Index && Symbol.Value == 0 && F.Addend + biasOf(Section, F.Kind) >= Size)
        F.Addend -= Size;
    }
  for (ImageSymbol &Symbol : Image.Symbols)
    if (Symbol.Section == Index && Symbol.Value > 0)
      Symbol.Value -= Size;
  for (size_t I = Index + 1; I < Image.Sections.size(); ++I)
    Image.Sections[I].Address -= std::min<uint64_t>(Image.Sections[I].Address, Size); // Mach-O's
}

} // namespace stencilgen
