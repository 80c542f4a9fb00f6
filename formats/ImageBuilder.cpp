// See ImageBuilder.h.
#include "ImageBuilder.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

Error LoadedSize::add(StringRef Section, uint64_t Size) {
  if (Size > MaxObjectSectionSize)
    return fixupError("section " + Section + " has " + Twine(Size) + " bytes, more than any stencil");
  Sum += Size;
  if (Sum > MaxObjectSectionSize)
    return fixupError("the sections up to " + Section + " have " + Twine(Sum) +
                      " bytes, more than any stencil");
  return Error::success();
}

Error ImageBuilder::addSection(ImageSection Section, uint64_t Size, std::optional<uint64_t> Begin) {
  if (Error E = Loaded.add(Section.Name, Size))
    return E;
  if (Begin) {
    if (*Begin > File.size() || File.size() - *Begin < Size)
      return fixupError("section " + Section.Name + " lies outside the file");
    StringRef Contents = File.substr(*Begin, Size);
    Section.Bytes.assign(Contents.bytes_begin(), Contents.bytes_end());
  } else {
    Section.Bytes.resize(Size);
  }
  Sections.push_back({Section.Name, Image.Sections.size()});
  Image.Sections.push_back(std::move(Section));
  return Error::success();
}

Error ImageBuilder::place(ImageSymbol &Symbol, int64_t Section, uint64_t Value, int Least,
                          std::string &Problem) const {
  if (Section < 1 || static_cast<uint64_t>(Section) > Sections.size())
    return fixupError("symbol " + Twine(Symbol.Name) + " is in section number " + Twine(Section) +
                      ", expected " + Twine(Least) + " to " + Twine(Sections.size()));
  const FileSection &Place = Sections[Section - 1];
  if (!Place.Index) {
    Problem = "in section " + Place.Name + ", which is not loaded";
    return Error::success();
  }
  if (Value > Image.Sections[*Place.Index].Bytes.size())
    return fixupError("symbol " + Twine(Symbol.Name) + " lies outside section " + Place.Name);
  Symbol.Section = Place.Index;
  Symbol.Value = Value;
  return Error::success();
}

Expected<size_t> ImageBuilder::fixupSymbol(uint32_t Number) const {
  if (Number >= Symbols.size())
    return fixupError("names symbol number " + Twine(Number) + ", expected less than " +
                      Twine(Symbols.size()));
  const FileSymbol &Symbol = Symbols[Number];
  if (!Symbol.Problem.empty())
    return fixupError("names " +
                      (Symbol.Index ? "'" + Image.Symbols[*Symbol.Index].Name + "', " : std::string()) +
                      Symbol.Problem);
  return *Symbol.Index;
}

Error ImageBuilder::addFixup(ImageSection &Section, const Twine &Context, uint64_t Offset, StringRef RawName,
                             size_t Symbol, Expected<std::optional<EncodedFixup>> Decoded) {
  if (!Decoded)
    return fixupError(Context + ": " + toString(Decoded.takeError()));
  if (!*Decoded)
    return fixupError(Context + " cannot be part of a stencil");
  Section.Fixups.push_back({Offset, (*Decoded)->Kind, RawName.str(), Symbol, (*Decoded)->Addend});
  return Error::success();
}

std::string ImageBuilder::contextOf(StringRef Section, uint64_t Offset, StringRef RawName) {
  return ("section " + Section + ", offset 0x" + utohexstr(Offset, true) + ": relocation " + RawName).str();
}

} // namespace stencilgen
