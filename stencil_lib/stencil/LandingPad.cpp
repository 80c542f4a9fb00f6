// See LandingPad.h.
#include "stencil/LandingPad.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen {

/// How far from the place it means an addend is: where instructions count from their end, that is as a rule
/// the end of the operand.
static int64_t biasOf(const ImageSection &Section, FixupKind Kind, const Architecture &Arch) {
  bool CountsFromEnd = Arch.CountsFromEnd && Section.Kind == SectionKind::Code && isRelative(Kind);
  return CountsFromEnd ? fixupKindInfo(Kind).Width : 0;
}

void dropLandingPad(ObjectImage &Image, ArrayRef<uint8_t> Pad, const Architecture &Arch) {
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
      if (Symbol.Section == Index && Symbol.Value == 0 && F.Addend + biasOf(Section, F.Kind, Arch) >= Size)
        F.Addend -= Size;
    }
  for (ImageSymbol &Symbol : Image.Symbols)
    if (Symbol.Section == Index && Symbol.Value > 0)
      Symbol.Value -= Size;
  for (size_t I = Index + 1; I < Image.Sections.size(); ++I)
    Image.Sections[I].Address -= std::min<uint64_t>(Image.Sections[I].Address, Size); // Mach-O's
}

} // namespace stencilgen
