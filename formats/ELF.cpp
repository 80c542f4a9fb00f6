// ELF relocatable files to ObjectImage, over llvm::object.
#include "ELF.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Object/ELF.h"
#include "llvm/Object/ELFObjectFile.h"

using namespace llvm;
using namespace llvm::object;

namespace stencilgen {

namespace {

using FixupKindFunction = Expected<std::optional<FixupKind>> (*)(uint32_t, ArrayRef<uint8_t>, uint64_t);

template <class ELFT> class ELFReader {
  using Shdr = typename ELFT::Shdr;
  using Sym = typename ELFT::Sym;

public:
  ELFReader(const ELFFile<ELFT> &File, FixupKindFunction KindOf) : File(File), KindOf(KindOf) {}

  Expected<ObjectImage> read() {
    auto Headers = File.sections();
    if (!Headers)
      return Headers.takeError();
    SectionCount = Headers->size();
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
    // Notes (CET properties) describe the object as a whole; everything else that is loaded must be
    // representable.
    if (!(Header.sh_flags & ELF::SHF_ALLOC) || Header.sh_type == ELF::SHT_NOTE)
      return Error::success();
    auto Name = File.getSectionName(Header);
    if (!Name)
      return Name.takeError();
    if (Header.sh_flags & ELF::SHF_TLS)
      return makeError("section " + *Name +
                       " is thread-local: a stencil has no thread-local storage of its own");
    bool IsZeroFill = Header.sh_type == ELF::SHT_NOBITS;
    if (*Name == ".eh_frame")
      return makeError("section .eh_frame cannot be part of a stencil: unwind information is not copied with "
                       "the code, compile without it (-fno-asynchronous-unwind-tables)");
    if (!IsZeroFill && Header.sh_type != ELF::SHT_PROGBITS)
      return makeError("section " + *Name +
                       " cannot be part of a stencil: expected code, read-only data, data or bss, found " +
                       getELFSectionTypeName(File.getHeader().e_machine, Header.sh_type));
    if (Header.sh_size > MaxObjectSectionSize)
      return makeError("section " + *Name + " has " + Twine(static_cast<uint64_t>(Header.sh_size)) +
                       " bytes, more than any stencil");
    // Many headers can claim many zeros.
    LoadedSize += Header.sh_size;
    if (LoadedSize > MaxObjectSectionSize)
      return makeError("the sections up to " + *Name + " have " + Twine(LoadedSize) +
                       " bytes, more than any stencil");
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
      // Indices of 0xff00 and up are no sections: absolute and common symbols stay undefined here and fail
      // where a stencil uses them, under their own name.
      if (Symbol.st_shndx != ELF::SHN_UNDEF && Symbol.st_shndx < ELF::SHN_LORESERVE) {
        if (Symbol.st_shndx >= SectionCount)
          return makeError("symbol " + Twine(Result.Name) + " is in section number " +
                           Twine(Symbol.st_shndx) + ", expected at most " + Twine(SectionCount - 1));
        auto Place = SectionOfIndex.find(Symbol.st_shndx);
        if (Place != SectionOfIndex.end()) {
          const ImageSection &Section = Image.Sections[Place->second];
          Result.Section = Place->second;
          if (Result.IsSectionSymbol)
            Result.Name = Section.Name;
          if (Result.Value > Section.Bytes.size())
            return makeError("symbol " + Twine(Result.Name) + " lies outside section " + Section.Name);
        }
      }
      Image.Symbols.push_back(std::move(Result));
    }
    return Error::success();
  }

  Error addFixups(const Shdr &Header) {
    if (Header.sh_type != ELF::SHT_RELA && Header.sh_type != ELF::SHT_REL && Header.sh_type != ELF::SHT_CREL)
      return Error::success();
    auto Place = SectionOfIndex.find(Header.sh_info);
    if (Place == SectionOfIndex.end())
      return Error::success(); // relocations of a section that is not loaded
    ImageSection &Section = Image.Sections[Place->second];
    if (Header.sh_type != ELF::SHT_RELA)
      return makeError("section " + Section.Name + " has its relocations in a section of type " +
                       getELFSectionTypeName(File.getHeader().e_machine, Header.sh_type) +
                       ", expected SHT_RELA");
    auto Relocations = File.relas(Header);
    if (!Relocations)
      return Relocations.takeError();
    for (const typename ELFT::Rela &Relocation : *Relocations) {
      uint32_t Type = Relocation.getType(/*isMips64EL=*/false);
      std::string RawName = getELFRelocationTypeName(File.getHeader().e_machine, Type).str();
      if (RawName == "Unknown")
        RawName = "number " + std::to_string(Type);
      auto Context = [&, Offset = static_cast<uint64_t>(Relocation.r_offset)] {
        return "section " + Section.Name + ", offset 0x" + utohexstr(Offset, true) + ": relocation " +
               RawName;
      };
      if (Relocation.r_offset > Section.Bytes.size())
        return makeError(Context() + " lies outside the section");
      auto Kind = KindOf(Type, Section.Bytes, Relocation.r_offset);
      if (!Kind)
        return makeError(Context() + ": " + toString(Kind.takeError()));
      if (!*Kind)
        return makeError(Context() + " cannot be part of a stencil");
      if (Section.Bytes.size() - Relocation.r_offset < fixupKindInfo(**Kind).Width)
        return makeError(Context() + " lies outside the section");
      uint32_t Symbol = Relocation.getSymbol(/*isMips64EL=*/false);
      if (Symbol == 0 || Symbol >= Image.Symbols.size())
        return makeError(Context() + " names symbol number " + Twine(Symbol) + ", expected 1 to " +
                         Twine(Image.Symbols.size() - 1));
      Section.Fixups.push_back(
          {Relocation.r_offset, **Kind, std::move(RawName), Symbol, Relocation.r_addend});
    }
    return Error::success();
  }

  const ELFFile<ELFT> &File;
  FixupKindFunction KindOf;
  ObjectImage Image;
  uint64_t LoadedSize = 0; ///< bytes of all sections
  size_t SectionCount = 0;
  DenseMap<size_t, size_t> SectionOfIndex; ///< ELF section index -> index into Image.Sections
};

} // namespace

Expected<ObjectImage> readELF(MemoryBufferRef Object) {
  auto [Class, Encoding] = getElfArchType(Object.getBuffer());
  if (Class != ELF::ELFCLASS64 || Encoding != ELF::ELFDATA2LSB)
    return createStringError(inconvertibleErrorCode(), "expected a 64-bit little-endian ELF file");
  auto File = ELFFile<ELF64LE>::create(Object.getBuffer());
  if (!File)
    return File.takeError();
  switch (uint16_t Machine = File->getHeader().e_machine) {
  case ELF::EM_X86_64:
    return ELFReader<ELF64LE>(*File, fixupKindELF_x86_64).read();
  case ELF::EM_AARCH64:
    return ELFReader<ELF64LE>(*File, fixupKindELF_aarch64).read();
  default:
    return createStringError(inconvertibleErrorCode(),
                             "ELF machine " + Twine(Machine) +
                                 " is not supported, expected x86-64 (62) or AArch64 (183)");
  }
}

} // namespace stencilgen
