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
#include "ImageBuilder.h"
#include "llvm/ADT/STLExtras.h"
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
      : File(File), Decode(Decode), Builder(File.getData(), AddressKind) {}

  Expected<ObjectImage> read() {
    if (!hasSymbols())
      return makeError("the symbol table or the string table lies outside the file");
    for (uint32_t Number = 1; Number <= File.getNumberOfSections(); ++Number) {
      auto Header = File.getSection(Number);
      if (!Header)
        return Header.takeError();
      Headers.push_back(*Header);
      if (Error E = addSection(**Header))
        return E;
    }
    if (Error E = addSymbols())
      return E;
    for (auto [Header, Section] : zip_equal(Headers, Builder.sections()))
      if (Section.Index)
        if (Error E = addFixups(*Header, Builder.Image.Sections[*Section.Index]))
          return E;
    return std::move(Builder.Image);
  }

private:
  /// A symbol that another one stands in for.
  struct WeakExternal {
    size_t Symbol;    ///< index into ObjectImage::Symbols
    uint32_t StandIn; ///< a number in the file
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
    std::string Name = FullName->str();
    uint32_t Flags = Header.Characteristics, Size = Header.SizeOfRawData;
    if (isIgnored(Name, Flags)) {
      Builder.skipSection(std::move(Name));
      return Error::success();
    }
    if (std::string Refusal = refusal(Name, Flags); !Refusal.empty())
      return makeError("section " + Name + Refusal);
    if ((Flags & COFF::IMAGE_SCN_ALIGN_MASK) == COFF::IMAGE_SCN_ALIGN_MASK)
      return makeError("section " + Name + " has an alignment that is not defined, expected 1 to 8192 bytes");

    ImageSection Section{std::move(Name), SectionKind::ReadOnlyData, Header.getAlignment(), {}, {}};
    if (Flags & COFF::IMAGE_SCN_MEM_EXECUTE)
      Section.Kind = SectionKind::Code;
    else if (Flags & COFF::IMAGE_SCN_MEM_WRITE)
      Section.Kind = SectionKind::Data;
    if ((Flags & COFF::IMAGE_SCN_CNT_UNINITIALIZED_DATA) || Size == 0)
      return Builder.addSection(std::move(Section), Size, std::nullopt);
    // No section begins with the file's header: that it begins at 0 says that there is nothing.
    uint64_t Begin = Header.PointerToRawData == 0 ? File.getData().size() : Header.PointerToRawData;
    return Builder.addSection(std::move(Section), Size, Begin);
  }

  Error addSymbols() {
    uint32_t Count = File.getNumberOfSymbols();
    while (Builder.symbolCount() < Count) {
      uint32_t Number = Builder.symbolCount();
      auto Entry = File.getSymbol(Number);
      if (!Entry)
        return Entry.takeError();
      uint32_t Auxiliary = Entry->getNumberOfAuxSymbols();
      if (Auxiliary >= Count - Number)
        return makeError("symbol number " + Twine(Number) + " has " + Twine(Auxiliary) +
                         " auxiliary records, expected at most " + Twine(Count - Number - 1));
      if (Error E = addSymbol(*Entry))
        return E;
      for (; Auxiliary != 0; --Auxiliary)
        Builder.skipSymbol("an auxiliary record");
    }
    for (const WeakExternal &Weak : WeakExternals)
      if (Error E = resolveWeakExternal(Weak))
        return E;
    return Error::success();
  }

  Error addSymbol(const COFFSymbolRef &Entry) {
    int32_t Number = Entry.getSectionNumber();
    if (Entry.isFileRecord() || Number == COFF::IMAGE_SYM_DEBUG) {
      Builder.skipSymbol("a debugger's symbol");
      return Error::success();
    }
    auto Name = File.getSymbolName(Entry);
    if (!Name)
      return Name.takeError();
    ImageSymbol Result{Name->str(), std::nullopt, 0, /*IsSectionSymbol=*/false};
    std::string Problem;
    if (Number == COFF::IMAGE_SYM_ABSOLUTE) {
      Problem = "an absolute symbol: it is in no section";
    } else if (Number != COFF::IMAGE_SYM_UNDEFINED) {
      if (Error E = Builder.place(Result, Number, Entry.getValue(), COFF::IMAGE_SYM_DEBUG, Problem))
        return E;
      Result.IsSectionSymbol = Result.Section && Entry.isSectionDefinition() && Result.Value == 0 &&
                               Result.Name == Builder.sections()[Number - 1].Name;
    } else if (const coff_aux_weak_external *Weak = Entry.getWeakExternal()) {
      WeakExternals.push_back({Builder.Image.Symbols.size(), Weak->TagIndex});
    } else if (Entry.getValue() != 0) {
      Problem = "a common symbol: it gets its storage from a linker, compile with -fno-common";
    } else if (StringRef(Result.Name).starts_with(ImportPrefix)) {
      Result.Name.erase(0, ImportPrefix.size());
      Result.IsImport = true;
    }
    Builder.addSymbol(std::move(Result), std::move(Problem));
    return Error::success();
  }

  /// A weak external whose stand-in is defined in this file becomes the stand-in, because no other file takes
  /// part. One without stays undefined.
  Error resolveWeakExternal(const WeakExternal &External) {
    ImageSymbol &Weak = Builder.Image.Symbols[External.Symbol];
    auto Found = Builder.symbol(External.StandIn);
    if (!Found)
      return makeError("weak symbol " + Twine(Weak.Name) + " names symbol number " + Twine(External.StandIn) +
                       " as its stand-in, but there is no such symbol");
    const ImageSymbol &StandIn = Builder.Image.Symbols[*Found];
    Weak.Section = StandIn.Section;
    Weak.Value = StandIn.Value;
    return Error::success();
  }

  /// The relocation records of a section, checked to be in the file.
  Expected<ArrayRef<coff_relocation>> relocationsOf(const coff_section &Header, StringRef Name) const {
    StringRef Data = File.getData();
    uint64_t Begin = Header.PointerToRelocations, Count = Header.NumberOfRelocations;
    auto Outside = [&] { return makeError("the relocations of section " + Name + " lie outside the file"); };
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

  Error addFixups(const coff_section &Header, ImageSection &Section) {
    auto Relocations = relocationsOf(Header, Section.Name);
    if (!Relocations)
      return Relocations.takeError();
    for (const coff_relocation &Raw : *Relocations) {
      if (Raw.Type == IgnoredRelocation)
        continue;
      std::string RawName = File.getRelocationTypeName(Raw.Type).str();
      if (RawName == "Unknown")
        RawName = "number " + std::to_string(Raw.Type);
      // Counted from the section's own address, which is 0 in what compilers write; below it, this is far
      // outside.
      uint64_t Offset = uint64_t(Raw.VirtualAddress) - Header.VirtualAddress;
      std::string Context = ImageBuilder::contextOf(Section.Name, Offset, RawName);
      auto Symbol = Builder.fixupSymbol(Raw.SymbolTableIndex);
      if (!Symbol)
        return makeError(Context + " " + toString(Symbol.takeError()));
      auto Decoded = Decode({Raw.Type, Offset, Builder.Image.Symbols[*Symbol].IsImport}, Section);
      if (Error E = Builder.addFixup(Section, Context, Offset, RawName, *Symbol, std::move(Decoded)))
        return E;
    }
    return Error::success();
  }

  const COFFObjectFile &File;
  DecodeFunction Decode;
  ImageBuilder Builder;
  std::vector<const coff_section *> Headers; ///< of all sections
  std::vector<WeakExternal> WeakExternals;
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
