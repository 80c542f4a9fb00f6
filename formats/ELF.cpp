// ELF relocatable files to ObjectImage, over llvm::object.
#include "ELF.h"
#include "ImageBuilder.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELF.h"
#include "llvm/Object/ELFObjectFile.h"

using namespace llvm;
using namespace llvm::object;

namespace stencilgen {

namespace {

template <class ELFT> class ELFReader {
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;

public:
  ELFReader(const ELFFile<ELFT> &File, const ELFArchitecture &Architecture)
      : File(File), Architecture(Architecture) {}

  Expected<ObjectImage> read() {
    auto Headers = File.sections();
    if (!Headers)
      return Headers.takeError();
    SectionCount = Headers->size();
    Image.AddressKind = Architecture.AddressKind;
    const Shdr *SymbolTable = nullptr;
    for (const Shdr &Header : *Headers) {
      if (Header.sh_type == ELF::SHT_SYMTAB)
        SymbolTable = &Header;
      else if (Error E = addSection(Header, &Header - Headers->begin()))
        return E;
    }
    if (!SymbolTable)
      return makeError("expected a symbol table, found none");
    if (Error E = addSymbols(*SymbolTable))
      return E;
    for (const Shdr &Header : *Headers)
      if (Error E = addFixups(Header))
        return E;
    return std::move(Image);
  }

private:
  static Error makeError(const Twine &Message) {
    return createStringError(inconvertibleErrorCode(), Message);
  }

  Error addSection(const Shdr &Header, size_t Index) {
    // Notes (CET properties) describe the object as a whole; what an architecture ignores says nothing of
    // code; everything else that is loaded must be representable.
    if (!(Header.sh_flags & ELF::SHF_ALLOC) || Header.sh_type == ELF::SHT_NOTE ||
        is_contained(Architecture.IgnoredSections, Header.sh_type))
      return Error::success();
    auto Name = File.getSectionName(Header);
    if (!Name)
      return Name.takeError();
    if (Header.sh_flags & ELF::SHF_TLS)
      return makeError("section " + *Name +
                       " is thread-local: a stencil has no thread-local storage of its own");
    bool IsZeroFill = Header.sh_type == ELF::SHT_NOBITS;
    if (*Name == ".eh_frame" || Name->starts_with(".ARM.extab"))
      return makeError("section " + *Name +
                       " cannot be part of a stencil: unwind information is not copied with "
                       "the code, compile without it (-fno-asynchronous-unwind-tables)");
    if (!IsZeroFill && Header.sh_type != ELF::SHT_PROGBITS)
      return makeError("section " + *Name +
                       " cannot be part of a stencil: expected code, read-only data, data or bss, found " +
                       getELFSectionTypeName(File.getHeader().e_machine, Header.sh_type));
    if (Error E = Loaded.add(*Name, Header.sh_size))
      return E;
    uint64_t Alignment = std::max<uint64_t>(Header.sh_addralign, 1);
    if (!isPowerOf2_64(Alignment))
      return makeError("section " + *Name + " has alignment " + Twine(Alignment) +
                       ", expected a power of two");

    ImageSection Section{Name->str(), SectionKind::ReadOnlyData, Alignment, {}, {}};
    if (Header.sh_flags & ELF::SHF_EXECINSTR)
      Section.Kind = SectionKind::Code;
    else if (Header.sh_flags & ELF::SHF_WRITE)
      Section.Kind = SectionKind::Data;
    if (IsZeroFill) {
      Section.Bytes.resize(Header.sh_size);
    } else {
      auto Contents = File.getSectionContents(Header);
      if (!Contents)
        return Contents.takeError();
      Section.Bytes.assign(Contents->begin(), Contents->end());
    }
    SectionOfIndex[Index] = Image.Sections.size();
    Image.Sections.push_back(std::move(Section));
    return Error::success();
  }

  Error addSymbols(const Shdr &SymbolTable) {
    auto Symbols = File.symbols(&SymbolTable);
    if (!Symbols)
      return Symbols.takeError();
    auto Names = File.getStringTableForSymtab(SymbolTable);
    if (!Names)
      return Names.takeError();
    for (const Sym &Symbol : *Symbols) {
      ImageSymbol Result{"", std::nullopt, Symbol.st_value, Symbol.getType() == ELF::STT_SECTION};
      auto Name = Symbol.getName(*Names);
      if (!Name)
        return Name.takeError();
      Result.Name = Name->str();
      std::string Problem;
      if (Error E = placeSymbol(Symbol, Result, Problem))
        return E;
      Image.Symbols.push_back(std::move(Result));
      SymbolProblems.push_back(std::move(Problem));
      SymbolOthers.push_back(Symbol.st_other);
    }
    return Error::success();
  }

  /// Gives a symbol its section. \p Problem becomes the reason why no fixup may refer to it.
  Error placeSymbol(const Sym &Symbol, ImageSymbol &Result, std::string &Problem) const {
    // Indices of 0xff00 and up are no sections.
    if (Symbol.st_shndx == ELF::SHN_ABS)
      Problem = "an absolute symbol: it is in no section";
    else if (Symbol.st_shndx == ELF::SHN_COMMON)
      Problem = "a common symbol: it gets its storage from a linker, compile with -fno-common";
    else if (Symbol.getType() == ELF::STT_TLS)
      Problem = "a thread-local symbol: a stencil has no thread-local storage of its own";
    else if (Symbol.getType() == ELF::STT_GNU_IFUNC)
      Problem = "an indirect function: a loader calls it to find the real one";
    if (Symbol.st_shndx == ELF::SHN_UNDEF || Symbol.st_shndx >= ELF::SHN_LORESERVE)
      return Error::success();
    if (Symbol.st_shndx >= SectionCount)
      return makeError("symbol " + Twine(Result.Name) + " is in section number " + Twine(Symbol.st_shndx) +
                       ", expected at most " + Twine(SectionCount - 1));
    auto Place = SectionOfIndex.find(Symbol.st_shndx);
    if (Place == SectionOfIndex.end()) {
      Problem = "in a section that is not loaded";
      return Error::success();
    }
    const ImageSection &Section = Image.Sections[Place->second];
    Result.Section = Place->second;
    if (Result.IsSectionSymbol)
      Result.Name = Section.Name;
    if (Result.Value > Section.Bytes.size())
      return makeError("symbol " + Twine(Result.Name) + " lies outside section " + Section.Name);
    if (Architecture.OddFunction && Symbol.getType() == ELF::STT_FUNC && Result.Value % 2 != 0)
      Problem = Architecture.OddFunction;
    return Error::success();
  }

  Error addFixups(const Shdr &Header) {
    if (Header.sh_type != ELF::SHT_RELA && Header.sh_type != ELF::SHT_REL && Header.sh_type != ELF::SHT_CREL)
      return Error::success();
    auto Place = SectionOfIndex.find(Header.sh_info);
    if (Place == SectionOfIndex.end())
      return Error::success(); // relocations of a section that is not loaded
    ImageSection &Section = Image.Sections[Place->second];
    uint32_t Expected = Architecture.AddendOf ? ELF::SHT_REL : ELF::SHT_RELA;
    if (Header.sh_type != Expected)
      return makeError("section " + Section.Name + " has its relocations in a section of type " +
                       getELFSectionTypeName(File.getHeader().e_machine, Header.sh_type) + ", expected " +
                       getELFSectionTypeName(File.getHeader().e_machine, Expected));
    auto Relocations = relocationsOf(Header);
    if (!Relocations)
      return Relocations.takeError();
    std::vector<ELFRelocation> Plain = *Relocations; // as the file has them, for messages
    if (Architecture.Pair)
      if (auto Problem = Architecture.Pair(*Relocations, Image, Place->second))
        return makeError(contextOf(Section, Plain[Problem->Index]) + ": " + Problem->Text);
    for (auto [Raw, Relocation] : zip_equal(Plain, *Relocations))
      if (Relocation.Type != 0 && !is_contained(Architecture.Ignored, Relocation.Type))
        if (Error E = addFixup(Section, contextOf(Section, Raw), Relocation))
          return E;
    return Error::success();
  }

  Expected<std::vector<ELFRelocation>> relocationsOf(const Shdr &Header) const {
    std::vector<ELFRelocation> Result;
    auto Add = [&](const auto &Raw, int64_t Addend) {
      uint32_t Symbol = Raw.getSymbol(/*isMips64EL=*/false);
      Result.push_back({Raw.getType(/*isMips64EL=*/false), Raw.r_offset, Symbol, Addend,
                        Symbol < SymbolOthers.size() ? SymbolOthers[Symbol] : uint8_t(0)});
    };
    if (Architecture.AddendOf) {
      auto Raws = File.rels(Header);
      if (!Raws)
        return Raws.takeError();
      for (const typename ELFT::Rel &Raw : *Raws)
        Add(Raw, 0);
    } else {
      auto Raws = File.relas(Header);
      if (!Raws)
        return Raws.takeError();
      for (const typename ELFT::Rela &Raw : *Raws)
        Add(Raw, Raw.r_addend);
    }
    return Result;
  }

  std::string rawName(uint32_t Type) const {
    StringRef Name = getELFRelocationTypeName(File.getHeader().e_machine, Type);
    return Name == "Unknown" ? "number " + std::to_string(Type) : Name.str();
  }

  std::string contextOf(const ImageSection &Section, const ELFRelocation &Relocation) const {
    return "section " + Section.Name + ", offset 0x" + utohexstr(Relocation.Offset, true) + ": relocation " +
           rawName(Relocation.Type);
  }

  Error addFixup(ImageSection &Section, const std::string &Context, const ELFRelocation &Relocation) {
    auto Rule =
        llvm::find_if(Architecture.Rules, [&](const ELFRule &R) { return R.Type == Relocation.Type; });
    if (Rule == Architecture.Rules.end()) {
      for (const ELFRefusal &Refusal : Architecture.Refusals)
        if (Refusal.Type == Relocation.Type)
          return makeError(Context + " cannot be part of a stencil: " + Refusal.Reason);
      return makeError(Context + " cannot be part of a stencil");
    }
    FixupKind Kind = Rule->Kind;
    if (Architecture.KindOf)
      Kind = Architecture.KindOf(Kind, Relocation, Section.Bytes);
    uint64_t Offset = Relocation.Offset;
    if (Offset > Section.Bytes.size() || Section.Bytes.size() - Offset < fixupKindInfo(Kind).Width)
      return makeError(Context + " lies outside the section");
    if (Rule->Fits && !Rule->Fits(Section.Bytes, Offset))
      return makeError(Context + ": expected it in " + Rule->Expected);
    if (Relocation.Symbol == 0 || Relocation.Symbol >= Image.Symbols.size())
      return makeError(Context + " names symbol number " + Twine(Relocation.Symbol) + ", expected 1 to " +
                       Twine(Image.Symbols.size() - 1));
    if (const std::string &Problem = SymbolProblems[Relocation.Symbol]; !Problem.empty())
      return makeError(Context + " names '" + Image.Symbols[Relocation.Symbol].Name + "', " + Problem);
    int64_t Addend = Relocation.Addend;
    if (Architecture.AddendOf)
      Addend += Architecture.AddendOf(Kind, Section.Bytes.data() + Offset);
    Section.Fixups.push_back({Offset, Kind, rawName(Relocation.Type), Relocation.Symbol, Addend});
    return Error::success();
  }

  const ELFFile<ELFT> &File;
  const ELFArchitecture &Architecture;
  ObjectImage Image;
  LoadedSize Loaded;
  size_t SectionCount = 0;
  std::vector<std::string> SymbolProblems; ///< why no fixup may refer to a symbol; empty: it may
  std::vector<uint8_t> SymbolOthers;       ///< st_other
  DenseMap<size_t, size_t> SectionOfIndex; ///< ELF section index -> index into Image.Sections
};

const ELFArchitecture *const Architectures[] = {
#define FIXUP_ARCHITECTURE(Name) &ELF##Name,
#include "FixupKinds.def"
};

/// "64-bit little-endian"
std::string formOf(uint8_t Class, uint8_t Encoding) {
  return std::string(Class == ELF::ELFCLASS32 ? "32-bit " : "64-bit ") +
         (Encoding == ELF::ELFDATA2LSB ? "little" : "big") + "-endian";
}

template <class ELFT> Expected<ObjectImage> readAs(StringRef Bytes, uint8_t Class, uint8_t Encoding) {
  auto File = ELFFile<ELFT>::create(Bytes);
  if (!File)
    return File.takeError();
  uint16_t Number = File->getHeader().e_machine;
  std::string Known;
  for (const ELFArchitecture *Architecture : Architectures) {
    const ELFMachine &M = Architecture->Machine;
    if (M.Number == Number && M.Class == Class && M.Encoding == Encoding)
      return ELFReader<ELFT>(*File, *Architecture).read();
    Known += (Known.empty() ? "" : ", ") + std::string(M.Name) + " (" + std::to_string(M.Number) + ", " +
             formOf(M.Class, M.Encoding) + ")";
  }
  return createStringError(inconvertibleErrorCode(), "ELF machine " + Twine(Number) + ", " +
                                                         formOf(Class, Encoding) +
                                                         ", is not supported, expected one of " + Known);
}

} // namespace

Expected<ObjectImage> readELF(MemoryBufferRef Object) {
  auto [Class, Encoding] = getElfArchType(Object.getBuffer());
  StringRef Bytes = Object.getBuffer();
  constexpr uint8_t C32 = ELF::ELFCLASS32, C64 = ELF::ELFCLASS64;
  constexpr uint8_t LSB = ELF::ELFDATA2LSB, MSB = ELF::ELFDATA2MSB;
  if ((Class != C32 && Class != C64) || (Encoding != LSB && Encoding != MSB))
    return createStringError(inconvertibleErrorCode(), "the ELF file has no class or no byte order");
  if (Class == C32)
    return Encoding == LSB ? readAs<ELF32LE>(Bytes, Class, Encoding)
                           : readAs<ELF32BE>(Bytes, Class, Encoding);
  return Encoding == LSB ? readAs<ELF64LE>(Bytes, Class, Encoding) : readAs<ELF64BE>(Bytes, Class, Encoding);
}

} // namespace stencilgen
