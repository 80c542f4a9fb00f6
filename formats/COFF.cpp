// COFF relocatable files to ObjectImage, over llvm::object (Microsoft PE Format, "COFF File Header" to "COFF
// Symbol Table").
//
// Peculiarities: addends live in the bytes that are filled. A symbol may be followed by auxiliary records,
// which are counted as symbols. A section symbol is a static symbol with the section's name, value 0 and an
// auxiliary record. A symbol __imp_NAME that is not defined is a pointer to NAME that the loader makes; in a
// stencil it is a data slot, made with the other slots. A weak external names another symbol that stands in
// for it. Only i386 puts an underscore before C names, and it is kept here.
//
// LLVM checks headers and the section table when it opens a file, and forgets a symbol table that is damaged;
// that, and sizes, section numbers and every field of a relocation are checked here before use.
#include "COFF.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/COFF.h"

using namespace llvm;
using namespace llvm::object;

namespace stencilgen {

namespace {

using DecodeFunction = Expected<std::optional<EncodedFixup>> (*)(const COFFRelocation &,
                                                                 const ImageSection &);

constexpr StringLiteral ImportPrefix = "__imp_";

/// IMAGE_REL_*_ABSOLUTE: "The relocation is ignored."
constexpr uint16_t IgnoredRelocation = 0;

class COFFReader {
public:
  COFFReader(const COFFObjectFile &File, DecodeFunction Decode, FixupKind AddressKind = FixupKind::Abs64)
      : File(File), Decode(Decode) {
    Image.AddressKind = AddressKind;
  }

  Expected<ObjectImage> read() {
    if (!hasSymbols())
      return makeError("the symbol table or the string table lies outside the file");
    for (uint32_t Number = 1; Number <= File.getNumberOfSections(); ++Number) {
      auto Header = File.getSection(Number);
      if (!Header)
        return Header.takeError();
      if (Error E = addSection(**Header))
        return E;
    }
    if (Error E = addSymbols())
      return E;
    for (const FileSection &Section : FileSections)
      if (Section.Index)
        if (Error E = addFixups(Section))
          return E;
    return std::move(Image);
  }

private:
  /// A section of the file, at its place in the file's numbering, which begins with 1.
  struct FileSection {
    const coff_section *Header;
    std::string Name;
    std::optional<size_t> Index; ///< into ObjectImage::Sections; none: not loaded
  };

  struct FileSymbol {
    std::optional<size_t> Index; ///< into ObjectImage::Symbols; none: an auxiliary record, or a debugger's
    std::string Problem;         ///< why no fixup may refer to it; empty: it may
    std::optional<uint32_t> StandIn; ///< of a weak external: a number in the file
  };

  static Error makeError(const Twine &Message) {
    return createStringError(inconvertibleErrorCode(), Message);
  }

  /// The symbol table is in the file. LLVM goes on without one that is not, and keeps its number of symbols.
  bool hasSymbols() const {
    uint64_t Begin = File.getPointerToSymbolTable(), Count = File.getRawNumberOfSymbols();
    uint64_t Size = Count * File.getSymbolTableEntrySize();
    return Count == 0 || (File.getNumberOfSymbols() == Count && Begin <= File.getData().size() &&
                          File.getData().size() - Begin >= Size);
  }

  /// Directives and hints to the linker, debug information, tables of control flow guard.
  static bool isIgnored(StringRef Name, uint32_t Flags) {
    if (Flags & (COFF::IMAGE_SCN_LNK_REMOVE | COFF::IMAGE_SCN_LNK_INFO))
      return true;
    for (StringRef Prefix : {".debug", ".gfids", ".giats", ".gljmp", ".gehcont"})
      if (Name.starts_with(Prefix))
        return true;
    return Name == ".llvm_addrsig";
  }

  /// A section NAME or NAME$SUFFIX: the linker sorts by the suffix and drops it.
  static bool isGroup(StringRef Name, StringRef Group) {
    return Name.consume_front(Group) && (Name.empty() || Name.front() == '$');
  }

  /// What of a section's name or flags cannot be part of a stencil; empty: nothing.
  static std::string refusal(StringRef Name, uint32_t Flags) {
    if (isGroup(Name, ".tls"))
      return " is thread-local: a stencil has no thread-local storage of its own";
    if (isGroup(Name, ".pdata") || isGroup(Name, ".xdata") || Name == ".eh_frame")
      return " cannot be part of a stencil: unwind information is not copied with the code, compile without "
             "it "
             "(-fno-asynchronous-unwind-tables)";
    if (isGroup(Name, ".CRT"))
      return " cannot be part of a stencil: nothing runs its initializers";
    constexpr uint32_t Contents = COFF::IMAGE_SCN_CNT_CODE | COFF::IMAGE_SCN_CNT_INITIALIZED_DATA |
                                  COFF::IMAGE_SCN_CNT_UNINITIALIZED_DATA;
    constexpr uint32_t Access = COFF::IMAGE_SCN_MEM_EXECUTE | COFF::IMAGE_SCN_MEM_READ;
    if (!(Flags & Contents) || !(Flags & Access))
      return " cannot be part of a stencil: expected code, read-only data, data or bss, found "
             "characteristics "
             "0x" +
             utohexstr(Flags, true);
    return "";
  }

  Error addSection(const coff_section &Header) {
    auto FullName = File.getSectionName(&Header);
    if (!FullName)
      return FullName.takeError();
    FileSections.push_back({&Header, FullName->str(), std::nullopt});
    const std::string &Name = FileSections.back().Name;
    uint32_t Flags = Header.Characteristics, Size = Header.SizeOfRawData;
    if (isIgnored(Name, Flags))
      return Error::success();
    if (std::string Refusal = refusal(Name, Flags); !Refusal.empty())
      return makeError("section " + Name + Refusal);
    if (Size > MaxObjectSectionSize)
      return makeError("section " + Name + " has " + Twine(Size) + " bytes, more than any stencil");
    // Many headers can claim many zeros.
    LoadedSize += Size;
    if (LoadedSize > MaxObjectSectionSize)
      return makeError("the sections up to " + Name + " have " + Twine(LoadedSize) +
                       " bytes, more than any stencil");
    if ((Flags & COFF::IMAGE_SCN_ALIGN_MASK) == COFF::IMAGE_SCN_ALIGN_MASK)
      return makeError("section " + Name + " has an alignment that is not defined, expected 1 to 8192 bytes");

    ImageSection Section{Name, SectionKind::ReadOnlyData, Header.getAlignment(), {}, {}};
    if (Flags & COFF::IMAGE_SCN_MEM_EXECUTE)
      Section.Kind = SectionKind::Code;
    else if (Flags & COFF::IMAGE_SCN_MEM_WRITE)
      Section.Kind = SectionKind::Data;
    if (Flags & COFF::IMAGE_SCN_CNT_UNINITIALIZED_DATA) {
      Section.Bytes.resize(Size);
    } else if (Size != 0) {
      StringRef Data = File.getData();
      uint32_t Begin = Header.PointerToRawData;
      if (Begin == 0 || Begin > Data.size() || Data.size() - Begin < Size)
        return makeError("section " + Name + " lies outside the file");
      StringRef Contents = Data.substr(Begin, Size);
      Section.Bytes.assign(Contents.bytes_begin(), Contents.bytes_end());
    }
    FileSections.back().Index = Image.Sections.size();
    Image.Sections.push_back(std::move(Section));
    return Error::success();
  }

  Error addSymbols() {
    FileSymbols.resize(File.getNumberOfSymbols());
    for (uint32_t Number = 0; Number < FileSymbols.size(); ++Number) {
      auto Entry = File.getSymbol(Number);
      if (!Entry)
        return Entry.takeError();
      uint32_t Auxiliary = Entry->getNumberOfAuxSymbols();
      if (Auxiliary >= FileSymbols.size() - Number)
        return makeError("symbol number " + Twine(Number) + " has " + Twine(Auxiliary) +
                         " auxiliary records, expected at most " + Twine(FileSymbols.size() - Number - 1));
      if (Error E = addSymbol(*Entry, FileSymbols[Number]))
        return E;
      for (uint32_t Last = Number + Auxiliary; Number != Last;)
        FileSymbols[++Number].Problem = "an auxiliary record";
    }
    for (const FileSymbol &Symbol : FileSymbols)
      if (Symbol.StandIn)
        if (Error E = resolveWeakExternal(Symbol))
          return E;
    return Error::success();
  }

  Error addSymbol(const COFFSymbolRef &Entry, FileSymbol &Symbol) {
    int32_t Number = Entry.getSectionNumber();
    if (Entry.isFileRecord() || Number == COFF::IMAGE_SYM_DEBUG) {
      Symbol.Problem = "a debugger's symbol";
      return Error::success();
    }
    auto Name = File.getSymbolName(Entry);
    if (!Name)
      return Name.takeError();
    ImageSymbol Result{Name->str(), std::nullopt, 0, /*IsSectionSymbol=*/false};
    if (Number > 0) {
      if (Error E = placeSymbol(Entry, Result, Symbol))
        return E;
    } else if (Number == COFF::IMAGE_SYM_ABSOLUTE) {
      Symbol.Problem = "an absolute symbol: it is in no section";
    } else if (Number != COFF::IMAGE_SYM_UNDEFINED) {
      return makeError("symbol " + Twine(Result.Name) + " is in section number " + Twine(Number) +
                       ", expected -2 to " + Twine(FileSections.size()));
    } else if (const coff_aux_weak_external *Weak = Entry.getWeakExternal()) {
      Symbol.StandIn = Weak->TagIndex;
    } else if (Entry.getValue() != 0) {
      Symbol.Problem = "a common symbol: it gets its storage from a linker, compile with -fno-common";
    } else if (StringRef(Result.Name).starts_with(ImportPrefix)) {
      Result.Name.erase(0, ImportPrefix.size());
      Result.IsImport = true;
    }
    Symbol.Index = Image.Symbols.size();
    Image.Symbols.push_back(std::move(Result));
    return Error::success();
  }

  Error placeSymbol(const COFFSymbolRef &Entry, ImageSymbol &Result, FileSymbol &Symbol) const {
    uint32_t Number = Entry.getSectionNumber();
    if (Number > FileSections.size())
      return makeError("symbol " + Twine(Result.Name) + " is in section number " + Twine(Number) +
                       ", expected -2 to " + Twine(FileSections.size()));
    const FileSection &Section = FileSections[Number - 1];
    if (!Section.Index) {
      Symbol.Problem = "in section " + Section.Name + ", which is not loaded";
      return Error::success();
    }
    const ImageSection &Place = Image.Sections[*Section.Index];
    if (Entry.getValue() > Place.Bytes.size())
      return makeError("symbol " + Twine(Result.Name) + " lies outside section " + Section.Name);
    Result.Section = Section.Index;
    Result.Value = Entry.getValue();
    Result.IsSectionSymbol = Entry.isSectionDefinition() && Result.Value == 0 && Result.Name == Section.Name;
    return Error::success();
  }

  /// A weak external whose stand-in is defined in this file becomes the stand-in, because no other file takes
  /// part. One without stays undefined.
  Error resolveWeakExternal(const FileSymbol &Symbol) {
    ImageSymbol &Weak = Image.Symbols[*Symbol.Index];
    if (*Symbol.StandIn >= FileSymbols.size() || !FileSymbols[*Symbol.StandIn].Index)
      return makeError("weak symbol " + Twine(Weak.Name) + " names symbol number " + Twine(*Symbol.StandIn) +
                       " as its stand-in, but there is no such symbol");
    const ImageSymbol &StandIn = Image.Symbols[*FileSymbols[*Symbol.StandIn].Index];
    Weak.Section = StandIn.Section;
    Weak.Value = StandIn.Value;
    return Error::success();
  }

  /// The relocation records of a section, checked to be in the file.
  Expected<ArrayRef<coff_relocation>> relocationsOf(const FileSection &Section) const {
    StringRef Data = File.getData();
    const coff_section &Header = *Section.Header;
    uint64_t Begin = Header.PointerToRelocations, Count = Header.NumberOfRelocations;
    auto Outside = [&] {
      return makeError("the relocations of section " + Section.Name + " lie outside the file");
    };
    auto At = [&] { return reinterpret_cast<const coff_relocation *>(Data.data() + Begin); };
    static_assert(alignof(coff_relocation) == 1 && sizeof(coff_relocation) == COFF::RelocationSize);
    if (Count == 0)
      return ArrayRef<coff_relocation>();
    if (Begin > Data.size() || (Data.size() - Begin) / sizeof(coff_relocation) < Count)
      return Outside();
    if (Header.hasExtendedRelocations()) {
      // The first record counts all of them, itself as well.
      Count = At()->VirtualAddress;
      if (Count == 0 || (Data.size() - Begin) / sizeof(coff_relocation) < Count)
        return Outside();
      Begin += sizeof(coff_relocation);
      --Count;
    }
    return ArrayRef(At(), Count);
  }

  Error addFixups(const FileSection &Section) {
    auto Relocations = relocationsOf(Section);
    if (!Relocations)
      return Relocations.takeError();
    ImageSection &Place = Image.Sections[*Section.Index];
    for (const coff_relocation &Raw : *Relocations) {
      if (Raw.Type == IgnoredRelocation)
        continue;
      std::string RawName = File.getRelocationTypeName(Raw.Type).str();
      if (RawName == "Unknown")
        RawName = "number " + std::to_string(Raw.Type);
      // Counted from the section's own address, which is 0 in what compilers write; below it, this is far
      // outside.
      uint64_t Offset = uint64_t(Raw.VirtualAddress) - Section.Header->VirtualAddress;
      std::string Context =
          "section " + Section.Name + ", offset 0x" + utohexstr(Offset, true) + ": relocation " + RawName;
      auto Symbol = symbolNumber(Raw.SymbolTableIndex);
      if (!Symbol)
        return makeError(Context + " " + toString(Symbol.takeError()));
      auto Decoded = Decode({Raw.Type, Offset, Image.Symbols[*Symbol].IsImport}, Place);
      if (!Decoded)
        return makeError(Context + ": " + toString(Decoded.takeError()));
      if (!*Decoded)
        return makeError(Context + " cannot be part of a stencil");
      Place.Fixups.push_back({Offset, (*Decoded)->Kind, std::move(RawName), *Symbol, (*Decoded)->Addend});
    }
    return Error::success();
  }

  /// The image's symbol for a symbol number of the file. Errors, to be put after the relocation's name.
  Expected<size_t> symbolNumber(uint32_t Number) const {
    if (Number >= FileSymbols.size())
      return makeError("names symbol number " + Twine(Number) + ", expected less than " +
                       Twine(FileSymbols.size()));
    const FileSymbol &Symbol = FileSymbols[Number];
    if (!Symbol.Problem.empty())
      return makeError("names " +
                       (Symbol.Index ? "'" + Image.Symbols[*Symbol.Index].Name + "', " : std::string()) +
                       Symbol.Problem);
    return *Symbol.Index;
  }

  const COFFObjectFile &File;
  DecodeFunction Decode;
  ObjectImage Image;
  uint64_t LoadedSize = 0; ///< bytes of all sections
  std::vector<FileSection> FileSections;
  std::vector<FileSymbol> FileSymbols;
};

} // namespace

Expected<ObjectImage> readCOFF(MemoryBufferRef Object) {
  auto File = COFFObjectFile::create(Object);
  if (!File)
    return File.takeError();
  switch (uint16_t Machine = (*File)->getMachine()) {
  case COFF::IMAGE_FILE_MACHINE_AMD64:
    return COFFReader(**File, decodeCOFF_x86_64).read();
  case COFF::IMAGE_FILE_MACHINE_I386:
    return COFFReader(**File, decodeCOFF_i386, FixupKind::Abs32).read();
  case COFF::IMAGE_FILE_MACHINE_ARM64:
    return COFFReader(**File, decodeCOFF_arm64).read();
  default:
    return createStringError(inconvertibleErrorCode(),
                             "COFF machine 0x" + utohexstr(Machine, true) +
                                 " is not supported, expected x64 (0x8664), ARM64 (0xaa64) or i386 (0x14c)");
  }
}

} // namespace stencilgen
