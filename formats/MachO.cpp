// Mach-O relocatable files to ObjectImage, over llvm::object (Apple's headers mach-o/loader.h, nlist.h,
// reloc.h; there is no other specification).
//
// Peculiarities: the sections of an object file share one address space that starts at 0, and symbols, and
// relocations without symbol, count in it; an ObjectImage counts from the start of each section. Addends live
// in the bytes that are filled, or, for ARM64, in a relocation of their own before the one they belong to.
// There are no section symbols: one is made where a relocation names a section. C names begin with an
// underscore, and keep it here.
//
// LLVM checks load commands, section headers and symbols when it opens a file; what it does not check is
// checked here before use: symbol names, sizes, alignments and every field of a relocation.
#include "MachO.h"
#include "ImageBuilder.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/MachO.h"

using namespace llvm;
using namespace llvm::object;

namespace stencilgen {

namespace {

/// ld64 knows no greater alignment: 2^15.
constexpr uint32_t MaxAlignmentLog2 = 15;

struct MachOArchitecture {
  Expected<std::optional<EncodedFixup>> (*Decode)(const MachORelocation &, const ImageSection &);
  std::optional<unsigned> AddendType; ///< the relocation that holds the addend of the one after it
};

class MachOReader {
public:
  MachOReader(const MachOObjectFile &File, const MachOArchitecture &Architecture)
      : File(File), Architecture(Architecture), Builder(File.getData()) {}

  Expected<ObjectImage> read() {
    for (const SectionRef &Section : File.sections())
      if (Error E = addSection(Section))
        return E;
    if (Error E = addSymbols())
      return E;
    for (auto [Section, InFile] : zip_equal(Builder.sections(), Sections))
      if (Section.Index)
        if (Error E = addFixups(InFile, Builder.Image.Sections[*Section.Index]))
          return E;
    return std::move(Builder.Image);
  }

private:
  /// What the image does not keep of a section.
  struct SectionInFile {
    SectionRef Ref;
    uint64_t Address;
    std::optional<size_t> Symbol; ///< its section symbol, when one was needed
  };

  static Error makeError(const Twine &Message) {
    return createStringError(inconvertibleErrorCode(), Message);
  }

  static StringRef fixedName(const char (&Name)[16]) { return StringRef(Name, strnlen(Name, sizeof(Name))); }

  /// Debug information and hints to the linker: unwind information in the linker's own form, and which
  /// addresses matter.
  static bool isIgnored(StringRef Name, uint32_t Flags) {
    return (Flags & MachO::S_ATTR_DEBUG) || Name.starts_with("__LD,") || Name.starts_with("__DWARF,") ||
           Name.starts_with("__LLVM,") || Name == "__DATA,__llvm_addrsig";
  }

  static bool isThreadLocal(uint32_t Type) {
    return Type >= MachO::S_THREAD_LOCAL_REGULAR && Type <= MachO::S_THREAD_LOCAL_INIT_FUNCTION_POINTERS;
  }

  /// Sections of bytes without a structure that a linker or loader must know.
  static bool isPlain(uint32_t Type) {
    switch (Type) {
    case MachO::S_REGULAR:
    case MachO::S_ZEROFILL:
    case MachO::S_GB_ZEROFILL:
    case MachO::S_CSTRING_LITERALS:
    case MachO::S_4BYTE_LITERALS:
    case MachO::S_8BYTE_LITERALS:
    case MachO::S_16BYTE_LITERALS:
    case MachO::S_LITERAL_POINTERS:
    case MachO::S_COALESCED:
      return true;
    default:
      return false;
    }
  }

  /// There is no flag for it: the linker maps __TEXT without the right to write.
  static SectionKind kindOf(StringRef Segment, uint32_t Flags) {
    if (Flags & (MachO::S_ATTR_PURE_INSTRUCTIONS | MachO::S_ATTR_SOME_INSTRUCTIONS))
      return SectionKind::Code;
    return Segment == "__TEXT" ? SectionKind::ReadOnlyData : SectionKind::Data;
  }

  Error addSection(const SectionRef &Ref) {
    MachO::section_64 Header = File.getSection64(Ref.getRawDataRefImpl());
    StringRef Segment = fixedName(Header.segname);
    std::string Name = (Segment + "," + fixedName(Header.sectname)).str();
    Sections.push_back({Ref, Header.addr, std::nullopt});
    if (isIgnored(Name, Header.flags)) {
      Builder.skipSection(std::move(Name));
      return Error::success();
    }
    uint32_t Type = Header.flags & MachO::SECTION_TYPE;
    if (isThreadLocal(Type))
      return makeError("section " + Name +
                       " is thread-local: a stencil has no thread-local storage of its own");
    if (Name == "__TEXT,__eh_frame")
      return makeError("section " + Name +
                       " cannot be part of a stencil: unwind information is not copied with "
                       "the code, compile without it (-fno-asynchronous-unwind-tables)");
    if (!isPlain(Type))
      return makeError("section " + Name +
                       " cannot be part of a stencil: expected code, data, literals or zero fill, found "
                       "section type 0x" +
                       utohexstr(Type, true));
    if (Header.align > MaxAlignmentLog2)
      return makeError("section " + Name + " has alignment 2^" + Twine(Header.align) +
                       ", expected at most 2^" + Twine(MaxAlignmentLog2));
    ImageSection Section{std::move(Name), kindOf(Segment, Header.flags), uint64_t(1) << Header.align, {}, {},
                         Header.addr};
    std::optional<uint64_t> Begin;
    if (!MachO::isVirtualSection(Type))
      Begin = Header.offset;
    return Builder.addSection(std::move(Section), Header.size, Begin);
  }

  Expected<std::string> symbolName(uint32_t Offset) const {
    StringRef Names = File.getStringTableData();
    if (Offset == 0)
      return ""; // "a name at offset 0 is the null name"
    if (Offset >= Names.size())
      return makeError("a symbol's name is at offset " + Twine(Offset) +
                       " of the string table, expected less than " + Twine(Names.size()));
    size_t End = Names.find('\0', Offset);
    if (End == StringRef::npos)
      return makeError("a symbol's name is not terminated within the string table");
    return Names.slice(Offset, End).str();
  }

  Error addSymbols() {
    uint32_t Count = File.getSymtabLoadCommand().nsyms;
    for (uint32_t Number = 0; Number != Count; ++Number) {
      MachO::nlist_64 Entry = File.getSymbol64TableEntry(File.getSymbolByIndex(Number)->getRawDataRefImpl());
      if (Entry.n_type & MachO::N_STAB) {
        Builder.skipSymbol("a debugger's symbol");
        continue;
      }
      auto Name = symbolName(Entry.n_strx);
      if (!Name)
        return Name.takeError();
      ImageSymbol Result{std::move(*Name), std::nullopt, 0, /*IsSectionSymbol=*/false};
      std::string Problem;
      switch (Entry.n_type & MachO::N_TYPE) {
      case MachO::N_UNDF:
        if (Entry.n_value != 0)
          Problem = "a common symbol: it gets its storage from a linker, compile with -fno-common";
        break;
      case MachO::N_SECT:
        if (Error E = Builder.place(Result, Entry.n_sect, valueInSection(Entry), /*Least=*/1, Problem))
          return E;
        break;
      case MachO::N_ABS:
        Problem = "an absolute symbol: it is in no section";
        break;
      default:
        Problem = "a symbol of type 0x" + utohexstr(Entry.n_type & MachO::N_TYPE, true) +
                  ", expected an undefined one or one in a section";
        break;
      }
      Builder.addSymbol(std::move(Result), std::move(Problem));
    }
    return Error::success();
  }

  /// Bytes from the start of the symbol's section; below it, this is far outside.
  uint64_t valueInSection(const MachO::nlist_64 &Entry) const {
    bool HasSection = Entry.n_sect >= 1 && Entry.n_sect <= Sections.size();
    return HasSection ? Entry.n_value - Sections[Entry.n_sect - 1].Address : 0;
  }

  static std::string rawName(const RelocationRef &Ref, unsigned Type) {
    SmallString<32> Name;
    Ref.getTypeName(Name);
    return Name == "Unknown" ? "number " + std::to_string(Type) : Name.str().str();
  }

  Error addFixups(const SectionInFile &InFile, ImageSection &Section) {
    std::optional<int64_t> PairedAddend;
    uint64_t PairedOffset = 0;
    for (const RelocationRef &Ref : InFile.Ref.relocations()) {
      //   r_word0: r_address
      //   r_word1: 31  28 27     26    25 24      23         0
      //            r_type r_extern r_length r_pcrel r_symbolnum
      MachO::any_relocation_info Raw = File.getRelocation(Ref.getRawDataRefImpl());
      uint32_t Number = Raw.r_word1 & 0xffffff;
      MachORelocation Relocation{/*Type=*/Raw.r_word1 >> 28,
                                 /*Offset=*/Raw.r_word0,
                                 /*Width=*/1U << ((Raw.r_word1 >> 25) & 3),
                                 /*IsPCRel=*/(Raw.r_word1 >> 24 & 1) != 0,
                                 /*IsExtern=*/(Raw.r_word1 >> 27 & 1) != 0,
                                 /*Address=*/InFile.Address + Raw.r_word0,
                                 /*TargetAddress=*/0,
                                 PairedAddend};
      std::string RawName = rawName(Ref, Relocation.Type);
      std::string Context = ImageBuilder::contextOf(Section.Name, Relocation.Offset, RawName);
      if (Relocation.Offset > Section.Bytes.size() ||
          Section.Bytes.size() - Relocation.Offset < Relocation.Width)
        return makeError(Context + " lies outside the section");
      if (PairedAddend && Relocation.Offset != PairedOffset)
        return makeError(Context + ": expected it at offset 0x" + utohexstr(PairedOffset, true) +
                         ", as the addend before it");
      if (Relocation.Type == Architecture.AddendType) {
        if (PairedAddend)
          return makeError(Context + ": expected a relocation that takes an addend after the one before");
        PairedAddend = SignExtend64<24>(Number);
        PairedOffset = Relocation.Offset;
        continue;
      }
      PairedAddend.reset();
      auto Symbol = Relocation.IsExtern ? Builder.fixupSymbol(Number) : sectionNumber(Number, Relocation);
      if (!Symbol)
        return makeError(Context + " " + toString(Symbol.takeError()));
      if (Error E = Builder.addFixup(Section, Context, Relocation.Offset, RawName, *Symbol,
                                     Architecture.Decode(Relocation, Section)))
        return E;
    }
    if (PairedAddend)
      return makeError("section " + Section.Name + ", offset 0x" + utohexstr(PairedOffset, true) +
                       ": expected a relocation after the addend, found the end of the relocations");
    return Error::success();
  }

  /// The section symbol for a section number of the file, made when it is first needed. Errors as above.
  Expected<size_t> sectionNumber(uint32_t Number, MachORelocation &Relocation) {
    if (Number == 0 || Number > Sections.size())
      return makeError("names section number " + Twine(Number) + ", expected 1 to " + Twine(Sections.size()));
    const ImageBuilder::FileSection &Section = Builder.sections()[Number - 1];
    SectionInFile &InFile = Sections[Number - 1];
    if (!Section.Index)
      return makeError("names section " + Section.Name + ", which is not loaded");
    Relocation.TargetAddress = InFile.Address;
    if (!InFile.Symbol) {
      InFile.Symbol = Builder.Image.Symbols.size();
      Builder.Image.Symbols.push_back({Section.Name, Section.Index, 0, /*IsSectionSymbol=*/true});
    }
    return *InFile.Symbol;
  }

  const MachOObjectFile &File;
  const MachOArchitecture &Architecture;
  ImageBuilder Builder;
  std::vector<SectionInFile> Sections; ///< at their places in the file's numbering, which begins with 1
};

} // namespace

Expected<ObjectImage> readMachO(MemoryBufferRef Object) {
  if (!Object.getBuffer().starts_with("\xcf\xfa\xed\xfe"))
    return createStringError(inconvertibleErrorCode(), "expected a 64-bit little-endian Mach-O file");
  auto File = MachOObjectFile::create(Object, /*IsLittleEndian=*/true, /*Is64Bits=*/true);
  if (!File)
    return File.takeError();
  static constexpr MachOArchitecture X86_64{decodeMachO_x86_64, std::nullopt};
  static constexpr MachOArchitecture Arm64{decodeMachO_arm64, MachO::ARM64_RELOC_ADDEND};
  switch (uint32_t CPU = (*File)->getHeader64().cputype) {
  case MachO::CPU_TYPE_X86_64:
    return MachOReader(**File, X86_64).read();
  case MachO::CPU_TYPE_ARM64:
    return MachOReader(**File, Arm64).read();
  default:
    return createStringError(inconvertibleErrorCode(),
                             "Mach-O CPU type 0x" + utohexstr(CPU, true) +
                                 " is not supported, expected x86-64 (0x1000007) or ARM64 (0x100000c)");
  }
}

} // namespace stencilgen
