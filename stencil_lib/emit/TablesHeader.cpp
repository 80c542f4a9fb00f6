// Tables for stencilgen's own runtime, in the form of runtime/sg_tables.h: one blob of bytes, tables of
// stencils and holes without relocations, the enumerations of stencils and micro-ops, the list of symbols.
// Errors: a value's expression is none that sg_source_parse reads; a stencil, or a table, too large for the
// form.
#include "arch/Architecture.h"
#include "emit/Header.h"
#include "emit/LayoutAsserts.h"
#include "emit/Listing.h"
#include "sources.h"
#include "support/Diagnostic.h"
#include "uops/Uop.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"
#include <map>

using namespace llvm;

namespace stencilgen {

namespace {

/// Strings in one text, each ended by a zero byte, each once.
class NameTable {
public:
  size_t add(StringRef Name) {
    auto [Place, IsNew] = Offsets.try_emplace(Name.str(), Size);
    if (IsNew) {
      Names.push_back(Name.str());
      Size += Name.size() + 1;
    }
    return Place->second;
  }
  size_t size() const { return Size; }
  ArrayRef<std::string> names() const { return Names; }

private:
  std::map<std::string, size_t> Offsets;
  std::vector<std::string> Names;
  size_t Size = 0;
};

class TableWriter {
public:
  TableWriter(const StencilSet &Set, const Disassembler &Listing, raw_ostream &OS)
      : Set(Set), Listing(Listing), OS(OS), Prefix(Set.Header.Tables.Prefix),
        Upper(StringRef(Prefix).upper()) {
    for (const StencilGroup &Group : Set.Groups)
      Groups.push_back(&Group);
    if (Set.Shim)
      Groups.push_back(&*Set.Shim);
  }

  Error write() {
    numberValues();
    for (const StencilGroup *Group : Groups)
      addUop(*Group);
    Symbols = externalSymbols(Set);
    if (Symbols.size() >= 0xffff || Groups.size() >= 0xffff || Uops.size() >= 0xffff)
      return makeError("more than 65534 stencils or symbols do not fit the tables");
    std::string Guard = Upper + "_STENCILS_H";
    OS << headerStart(Set) << "#ifndef " << Guard << "\n#define " << Guard << "\n\n"
       << setCheck(Set) << "#include \"sg_tables.h\"\n\n";
    if (Set.Header.LayoutAsserts)
      writeAsserts();
    writeEnumerations();
    writeSymbols();
    if (Error E = writeSources())
      return E;
    if (Error E = writeBodies())
      return E;
    if (Error E = writeHoles())
      return E;
    writeInfo();
    writeNames();
    writeDescriptor();
    OS << "\n#endif\n";
    return Error::success();
  }

private:
  bool isShim(const StencilGroup &Group) const { return Set.Shim && &Group == &*Set.Shim; }
  /// The shim has no definition, and its name may be that of the template's function.
  std::string nameOf(const StencilGroup &Group) const { return isShim(Group) ? "shim" : Group.Name; }
  std::string uopOf(const StencilGroup &Group) const {
    return Group.Info && !isShim(Group) ? Group.Info->Uop : nameOf(Group);
  }

  void numberValues() {
    Values = {{"", 0}, {CodeValue, 1}, {DataValue, 2}, {Set.Header.Tables.ContinueValue, 3}};
    unsigned Next = 4;
    for (const auto &[Value, Expression] : Set.Expressions)
      if (Values.try_emplace(Value, Next).second)
        ++Next;
  }

  void addUop(const StencilGroup &Group) {
    std::string Name = uopOf(Group);
    if (UopNumbers.try_emplace(Name, Uops.size()).second)
      Uops.push_back(Name);
    if (Group.Info)
      Depths = std::max(Depths, Group.Info->CachedIn.value_or(0) + 1);
  }

  /// Only C reads them: the records are those of a C interpreter, whose headers C++ may not know.
  void writeAsserts() {
    std::string Text;
    raw_string_ostream Asserts(Text);
    writeLayoutAsserts(Set.Layouts, Asserts);
    if (!Text.empty())
      OS << "#ifndef __cplusplus\n" << StringRef(Text).rtrim() << "\n#endif\n\n";
  }

  void writeEnumerations() {
    OS << "// Stencils: indexes into the tables.\nenum " << Prefix << "_stencil {\n";
    for (const StencilGroup *Group : Groups)
      OS << "  " << Upper << "_" << nameOf(*Group) << ",\n";
    OS << "  " << Upper
       << "_STENCIL_COUNT\n};\n\n// Micro-ops; a micro-op has a stencil for each depth of items in "
          "registers.\nenum "
       << Prefix << "_uop {\n";
    for (const std::string &Name : Uops)
      OS << "  " << Upper << "_UOP_" << Name << ",\n";
    OS << "  " << Upper << "_UOP_COUNT\n};\n\n// Properties of micro-ops (docs/dsl.md).\nenum {\n";
    unsigned Bit = 0;
#define STENCILGEN_FLAG(Member, Name, Merge)                                                                 \
  PropertyBits[Name] = 1U << Bit;                                                                            \
  OS << "  " << Upper << "_" << StringRef(Name).upper() << " = 1 << " << Bit++ << ",\n";
    STENCILGEN_UOP_PROPERTIES(STENCILGEN_FLAG)
#undef STENCILGEN_FLAG
    OS << "};\n\n";
  }

  void writeSymbols() {
    OS << "// The interpreter's symbols, in the order of the addresses that the runtime is given. " << Upper
       << "_SYMBOLS(X) is X(name) for each;\n// with " << Upper
       << "_WANT_SYMBOL_ADDRESSES defined before, and the symbols declared, " << Prefix
       << "_symbol_addresses fills in the addresses.\n#define " << Upper << "_SYMBOL_COUNT " << Symbols.size()
       << "\n#define " << Upper << "_SYMBOLS(X)";
    for (const std::string &Symbol : Symbols)
      OS << " \\\n  X(" << Symbol << ")";
    OS << "\n\n#ifdef " << Upper << "_WANT_SYMBOL_ADDRESSES\nstatic inline void " << Prefix
       << "_symbol_addresses(uint64_t addresses[" << std::max<size_t>(Symbols.size(), 1) << "]) {\n";
    if (Symbols.empty())
      OS << "  addresses[0] = 0;\n";
    for (const auto &[Index, Symbol] : enumerate(Symbols))
      OS << "  addresses[" << Index << "] = (uint64_t)(uintptr_t)&" << Symbol << ";\n";
    OS << "}\n#endif\n\n";
  }

  Error writeSources() {
    OS << "static const sg_source " << Prefix << "_sources[] = {\n";
    for (const auto &[Value, Expression] : Set.Expressions) {
      if (Values.at(Value) < 4)
        continue;
      sg_source Source;
      if (!sg_source_parse(Expression.c_str(), &Source))
        return makeError("hole value '" + Value + "': expected " SG_SOURCE_FORM ", found '" + Expression +
                         "'");
      static const char *const Names[] = {"SG_SOURCE_OPERAND", "SG_SOURCE_TARGET", "SG_SOURCE_TRACE"};
      OS << "  {" << Names[Source.source];
      for (unsigned Field : {Source.index, Source.shift, Source.width})
        OS << ", " << Field;
      OS << "}, // " << Value << "\n";
      ++SourceCount;
    }
    if (SourceCount == 0)
      OS << "  {0, 0, 0, 0},\n";
    if (SourceCount > 28)
      return makeError("expected at most 28 hole values, found " + Twine(SourceCount));
    OS << "};\n\n";
    return Error::success();
  }

  /// Where \p Bytes are in the blob; they are added unless they are there already.
  size_t place(ArrayRef<uint8_t> Bytes) {
    std::string_view Text(reinterpret_cast<const char *>(Bytes.data()), Bytes.size());
    size_t Found = Blob.find(Text);
    if (Found != std::string::npos)
      return Found;
    Blob += Text;
    return Blob.size() - Bytes.size();
  }

  Error writeBodies() {
    std::string Stencils;
    raw_string_ostream Rows(Stencils);
    size_t FirstHole = 0;
    for (const StencilGroup *Group : Groups) {
      for (const Stencil *Part : {&Group->Code, &Group->Data})
        if (Part->Bytes.size() > 0xffff)
          return makeError("'" + nameOf(*Group) + "' has " + Twine(Part->Bytes.size()) +
                           " bytes, expected at most 65535 in the tables");
      Rows << "  {" << place(Group->Code.Bytes) << ", "
           << (Group->Data.Bytes.empty() ? 0 : place(Group->Data.Bytes)) << ", " << Group->Code.Bytes.size()
           << ", " << Group->Data.Bytes.size() << ", " << FirstHole << ", " << Group->Code.Holes.size()
           << ", " << Group->Data.Holes.size() << "}, // " << nameOf(*Group) << "\n";
      for (const std::string &Line : codeListing(Group->Code, Listing))
        Rows << "  //   " << Line << "\n";
      for (const std::string &Line : dataListing(Group->Data))
        Rows << "  //   data " << Line << "\n";
      FirstHole += Group->Code.Holes.size() + Group->Data.Holes.size();
    }
    HoleCount = FirstHole;
    OS << "static const uint8_t " << Prefix << "_bytes[" << Blob.size() << "] = {";
    for (size_t I = 0; I < Blob.size(); ++I)
      OS << (I % 32 ? "" : "\n  ") << static_cast<unsigned>(static_cast<uint8_t>(Blob[I])) << ",";
    OS << "\n};\n\nstatic const sg_stencil " << Prefix << "_stencils[" << Groups.size() << "] = {\n"
       << Stencils << "};\n\n";
    return Error::success();
  }

  Error writeHoles() {
    std::map<int64_t, size_t> AddendNumbers;
    std::vector<int64_t> Addends;
    OS << "static const sg_hole " << Prefix << "_holes[] = {\n";
    for (const StencilGroup *Group : Groups)
      for (const Stencil *Part : {&Group->Code, &Group->Data})
        for (const Hole &H : Part->Holes) {
          auto [Addend, IsNew] = AddendNumbers.try_emplace(H.Addend, Addends.size());
          if (IsNew)
            Addends.push_back(H.Addend);
          OS << "  {" << H.Offset << ", " << static_cast<unsigned>(H.Kind) << ", " << Values.at(H.Value)
             << ", "
             << (H.Symbol.empty() ? size_t(0xffff)
                                  : size_t(llvm::lower_bound(Symbols, H.Symbol) - Symbols.begin()))
             << ", " << Addend->second << "},\n";
        }
    if (HoleCount == 0)
      OS << "  {0, 0, 0, 0, 0},\n";
    OS << "};\n\nstatic const int64_t " << Prefix << "_addends[] = {";
    for (int64_t Addend : Addends)
      OS << (Addend == INT64_MIN ? "INT64_MIN" : std::to_string(Addend)) << ", ";
    OS << (Addends.empty() ? "0" : "") << "};\n\n";
    AddendCount = Addends.size();
    if (AddendCount > 0xffff)
      return makeError("more than 65535 different addends do not fit the tables");
    return Error::success();
  }

  /// How many items a side of a stack effect has; -128 (SG_VARIES) if that depends on the argument.
  static int count(ArrayRef<std::string> Items) {
    bool Varies =
        llvm::any_of(Items, [](StringRef Item) { return Item.contains('[') || Item.contains(" if "); });
    return Varies || Items.size() > 127 ? -128 : static_cast<int>(Items.size());
  }

  void writeInfo() {
    std::vector<std::vector<size_t>> Variants(Uops.size(), std::vector<size_t>(Depths, 0xffff));
    OS << "static const sg_stencil_info " << Prefix << "_info[" << Groups.size() << "] = {\n";
    for (const auto &[Index, Group] : enumerate(Groups)) {
      const bool HasInfo = Group->Info && !isShim(*Group);
      const CaseInfo Info = HasInfo ? *Group->Info : CaseInfo();
      unsigned Bits = 0;
      for (const std::string &Property : Info.Properties)
        Bits |= PropertyBits.lookup(Property);
      size_t Uop = UopNumbers.at(uopOf(*Group));
      unsigned In = Info.CachedIn.value_or(0);
      // Of conversions, which have several stencils for a depth, the first; their names tell them apart.
      if (Variants[Uop][In] == 0xffff)
        Variants[Uop][In] = Index;
      OS << "  {" << Uop << ", " << count(Info.Inputs) << ", " << count(Info.Outputs) << ", " << In << ", "
         << Info.CachedOut.value_or(0) << ", " << (Group->Line <= 0xffff ? Group->Line : 0) << ", 0x"
         << utohexstr(Bits, true) << ", " << Group->Ends << "},\n";
    }
    OS << "};\n\nstatic const uint16_t " << Prefix << "_variants[" << Uops.size() << "][" << Depths
       << "] = {\n";
    for (const auto &[Row, Name] : zip_equal(Variants, Uops)) {
      OS << "  {";
      interleave(Row, OS, ", ");
      OS << "}, // " << Name << "\n";
    }
    OS << "};\n\n";
  }

  void writeNames() {
    NameTable Table;
    auto Write = [&](StringRef What, const std::vector<std::string> &Names) {
      OS << "static const uint32_t " << Prefix << "_" << What << "_names[] = {";
      for (const std::string &Name : Names)
        OS << Table.add(Name) << ", ";
      OS << (Names.empty() ? "0" : "") << "};\n";
    };
    std::vector<std::string> StencilNames;
    for (const StencilGroup *Group : Groups)
      StencilNames.push_back(nameOf(*Group));
    Write("stencil", StencilNames);
    Write("uop", Uops);
    Write("symbol", Symbols);
    OS << "static const char " << Prefix << "_text[] =";
    for (const std::string &Name : Table.names())
      OS << "\n  \"" << Name << "\\0\"";
    OS << (Table.names().empty() ? " \"\"" : "") << ";\n\n";
    TextSize = Table.size();
  }

  void writeDescriptor() {
    StringRef Arch = architectureOf(Triple(Set.Triple)).RuntimeName;
    OS << "// Give this one to the runtime; the rest is what it points to.\nstatic const sg_tables " << Prefix
       << "_tables = {\n  SG_TABLES_VERSION, " << allFixupKinds().size() << ", " << Arch << ", "
       << std::max<uint64_t>(Set.Header.Tables.CodeAlignment, 1) << ", " << Depths << ", " << SourceCount
       << ",\n  ";
    if (Set.Shim)
      OS << Upper << "_shim";
    else
      OS << "SG_NO_STENCIL";
    OS << ", " << Groups.size() << ", " << Uops.size() << ", " << Symbols.size() << ", " << AddendCount
       << ", " << HoleCount << ", " << Blob.size();
    for (StringRef Name : {"bytes", "stencils", "holes", "addends", "sources", "info"})
      OS << ",\n  " << Prefix << "_" << Name;
    OS << ",\n  &" << Prefix << "_variants[0][0]";
    for (StringRef Name : {"stencil_names", "uop_names", "symbol_names", "text"})
      OS << ",\n  " << Prefix << "_" << Name;
    OS << ",\n  " << TextSize << "\n};\n";
  }

  const StencilSet &Set;
  const Disassembler &Listing;
  raw_ostream &OS;
  std::string Prefix, Upper;
  std::vector<const StencilGroup *> Groups; ///< the shim last
  std::map<std::string, unsigned> Values;
  std::vector<std::string> Uops, Symbols;
  std::map<std::string, size_t> UopNumbers;
  StringMap<unsigned> PropertyBits;
  std::string Blob;
  unsigned Depths = 1;
  size_t SourceCount = 0, HoleCount = 0, AddendCount = 0, TextSize = 0;
};

} // namespace

Expected<std::string> writeTablesHeader(const StencilSet &Set, const Disassembler &Listing) {
  std::string Text;
  raw_string_ostream OS(Text);
  if (Error E = TableWriter(Set, Listing, OS).write())
    return E;
  return Text;
}

} // namespace stencilgen
