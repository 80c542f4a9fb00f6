// See ImageListing.h.
#include "emit/ImageListing.h"
#include "emit/Listing.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

static StringRef spelling(SectionKind Kind) {
  switch (Kind) {
  case SectionKind::Code:
    return "code";
  case SectionKind::ReadOnlyData:
    return "read-only data";
  case SectionKind::Data:
    return "data";
  }
  llvm_unreachable("a section kind without a spelling");
}

static void printSection(const ObjectImage &Image, const ImageSection &Section, raw_ostream &OS) {
  OS << "section " << Section.Name << ": " << spelling(Section.Kind) << ", alignment " << Section.Alignment
     << ", " << Section.Bytes.size() << " bytes, " << Section.Fixups.size() << " fixups\n";
  for (const std::string &Row : byteRows(Section.Bytes))
    OS << Row << '\n';
  for (const Fixup &F : Section.Fixups)
    OS << right_justify(utohexstr(F.Offset, true), 6) << ":   fixup " << fixupKindInfo(F.Kind).Spelling
       << ": " << Image.Symbols[F.Symbol].Name << " + " << F.Addend << " (" << F.RawRelocation << ")\n";
}

void printImage(const ObjectImage &Image, raw_ostream &OS) {
  for (const ImageSection &Section : Image.Sections)
    printSection(Image, Section, OS);
  for (const ImageSymbol &Symbol : Image.Symbols) {
    OS << (Symbol.IsSectionSymbol ? "section symbol '"
           : Symbol.IsImport      ? "import '"
                                  : "symbol '")
       << Symbol.Name << "': ";
    if (Symbol.Section)
      OS << Image.Sections[*Symbol.Section].Name << " + 0x" << utohexstr(Symbol.Value, true) << '\n';
    else
      OS << "undefined\n";
  }
}

} // namespace stencilgen
