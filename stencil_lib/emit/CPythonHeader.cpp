// The C headers that CPython's Python/jit.c includes, in the form of CPython 3.14 and later
// (Tools/jit/_writer.py): an emit function a stencil, the table of stencil groups, the table of symbols.
#include "emit/Header.h"
#include "emit/LayoutAsserts.h"
#include "emit/Listing.h"
#include "emit/PatchCalls.h"
#include "stencil/HoleExpression.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <map>
#include <set>

using namespace llvm;

namespace stencilgen {

namespace {

class HeaderWriter {
public:
  HeaderWriter(const StencilSet &Set, const Disassembler &Listing, raw_ostream &OS)
      : Set(Set), Form(Set.Header.CPython), Listing(Listing), OS(OS),
        Expressions(Set.Expressions.begin(), Set.Expressions.end()) {}

  void write() {
    numberSymbols();
    OS << headerStart(Set) << '\n' << setCheck(Set);
    if (Set.Header.LayoutAsserts)
      writeLayoutAsserts(Set.Layouts, OS);
    writeOwnFunctions();
    declareBuiltins();
    if (Set.Shim && !Form.ShimLast)
      writeEmitFunction(*Set.Shim, Form.ShimName);
    for (const StencilGroup &Group : Set.Groups)
      writeEmitFunction(Group, Group.Name);
    if (Set.Shim && Form.ShimLast)
      writeEmitFunction(*Set.Shim, Form.ShimName);
    writeTables();
  }

private:
  /// Functions that the stencils need and no JIT compiler has.
  void writeOwnFunctions() {
    std::set<StringRef> Texts;
    for (const StencilGroup &Group : Set.Groups)
      for (const Stencil *S : {&Group.Code, &Group.Data})
        for (const PatchCall &Call : patchCalls(Form, *S))
          Texts.insert(ownPatchFunction(*Call.Function));
    for (StringRef Text : Texts)
      OS << Text;
  }

  /// Compilers know the functions of libatomic by name and refuse to give their addresses, but under another
  /// name.
  static bool isBuiltin(StringRef Symbol) { return Symbol.starts_with("__atomic_"); }

  void declareBuiltins() {
    for (const std::string &Symbol : externalSymbols(Set))
      if (isBuiltin(Symbol))
        OS << "extern char " << BuiltinPrefix << Symbol << " __asm__(\"" << Symbol << "\");\n";
  }

  void writeEmitFunction(const StencilGroup &Group, StringRef Name) {
    OS << "void\nemit_" << Name << "(\n    " << join(Form.EmitParameters, "\n    ") << ")\n{\n";
    for (const std::string &Line : codeListing(Group.Code, Listing))
      OS << "    // " << Line << '\n';
    writeBody("code", Group.Code);
    for (const std::string &Line : dataListing(Group.Data))
      OS << "    // " << Line << '\n';
    writeBody("data", Group.Data);
    // Data first: a hole in the code that is relaxed reads the data slot it refers to.
    writePatches("data", Group.Data, Group);
    writePatches("code", Group.Code, Group);
    OS << "}\n\n";
  }

  /// The bytes that are written: up to the last that is not zero where the JIT's memory is zero already.
  ArrayRef<uint8_t> writtenBytes(const Stencil &S) const {
    ArrayRef<uint8_t> Bytes = S.Bytes;
    while (!Form.WholeBodies && !Bytes.empty() && Bytes.back() == 0)
      Bytes = Bytes.drop_back();
    return Bytes;
  }

  void writeBody(StringRef Part, const Stencil &S) {
    ArrayRef<uint8_t> Bytes = writtenBytes(S);
    if (Bytes.empty())
      return;
    OS << "    const unsigned char " << Part << "_body[" << S.Bytes.size() << "] = {\n";
    for (; !Bytes.empty(); Bytes = Bytes.drop_front(std::min<size_t>(8, Bytes.size()))) {
      OS << "       ";
      for (uint8_t Byte : Bytes.take_front(8))
        OS << ' ' << format_hex(Byte, 4) << ',';
      OS << '\n';
    }
    OS << "    };\n";
  }

  void writePatches(StringRef Part, const Stencil &S, const StencilGroup &Group) {
    if (!writtenBytes(S).empty())
      OS << "    memcpy(" << Part << ", " << Part << "_body, sizeof(" << Part << "_body));\n";
    bool SlotsFilled = Part == "code";
    auto Place = [&](const Hole &At) { return (Part + " + 0x" + utohexstr(At.Offset, true)).str(); };
    for (const PatchCall &Call : patchCalls(Form, S)) {
      const Hole &H = *Call.First;
      if (!SlotsFilled && H.Offset > 0) {
        fillTraceSlots(Group);
        SlotsFilled = true;
      }
      OS << "    " << *Call.Function << '(' << Place(H) << ", ";
      if (Call.IsTrampoline) {
        OS << "0x" << utohexstr(Ordinals.at(H.Symbol), true) << ", state);\n";
        continue;
      }
      if (Call.IsApart)
        OS << Place(*Call.Second) << ", ";
      OS << argument(H) << ");\n";
    }
    if (!SlotsFilled)
      fillTraceSlots(Group);
  }

  /// Calls the function that fills a slot of the trace, once for each symbol of the code in order of first
  /// use.
  void fillTraceSlots(const StencilGroup &Group) {
    std::set<size_t> Filled;
    for (const Hole &H : Group.Code.Holes)
      if (usesTraceSlot(Form, H) && Filled.insert(Ordinals.at(H.Symbol)).second)
        OS << "    " << Form.PatchSlotFunction << "(state, 0x" << utohexstr(Ordinals.at(H.Symbol), true)
           << ");\n";
  }

  /// Numbers the symbols that need trampolines or slots of the trace in order of first use, as the object
  /// files list them.
  void numberSymbols() {
    auto Number = [&](const StencilGroup &Group) {
      auto NumberHole = [&](const Hole &H) {
        if ((needsTrampoline(Form, H) || usesTraceSlot(Form, H)) &&
            Ordinals.try_emplace(H.Symbol, Symbols.size()).second)
          Symbols.push_back(H.Symbol);
      };
      if (Form.DescendingOrdinals)
        llvm::for_each(reverse(Group.Code.Holes), NumberHole);
      else
        llvm::for_each(Group.Code.Holes, NumberHole);
    };
    if (Set.Shim)
      Number(*Set.Shim);
    llvm::for_each(Set.Groups, Number);
  }

  /// The symbols of the holes that \p Counts, as an initializer of words with a bit for each ordinal.
  std::string symbolMask(const StencilGroup &Group, function_ref<bool(const Hole &)> Counts) const {
    std::vector<uint32_t> Words;
    for (const Hole &H : Group.Code.Holes) {
      if (!Counts(H))
        continue;
      size_t Ordinal = Ordinals.at(H.Symbol);
      Words.resize(std::max(Words.size(), Ordinal / 32 + 1));
      Words[Ordinal / 32] |= 1U << (Ordinal % 32);
    }
    if (Words.empty())
      return "{0}";
    std::string Text;
    raw_string_ostream Stream(Text);
    ListSeparator Comma;
    for (uint32_t Word : Words)
      Stream << Comma << format_hex(Word, 4);
    return "{" + Text + "}";
  }

  /// What a patch function gets. Those of operands narrower than 64 bits take unsigned numbers alone.
  std::string argument(const Hole &H) const {
    std::string Text = expression(H);
    return fixupKindInfo(H.Kind).Least < 0 && fixupKindInfo(H.Kind).Operand == FixupOperand::Absolute &&
                   H.Kind == FixupKind::Abs32Signed
               ? "(uint32_t)(" + Text + ")"
               : Text;
  }

  static std::string addressOf(StringRef Symbol) {
    return ((isBuiltin(Symbol) ? Twine("&") + BuiltinPrefix : Twine("&")) + Symbol).str();
  }

  std::string expression(const Hole &H) const {
    if (usesTraceSlot(Form, H)) {
      std::string Slot =
          Form.SlotAddressFunction + "(0x" + utohexstr(Ordinals.at(H.Symbol), true) + ", state)";
      return H.Addend == 0 ? Slot
                           : Slot + (H.Addend < 0 ? " - " : " + ") + std::to_string(std::abs(H.Addend));
    }
    std::vector<std::string> Terms;
    if (isDerivedValue(H.Value))
      Terms.push_back(HoleExpression::parse(H.Value)->cText(
          Set.Widths, [&](StringRef Name) { return Expressions.at(Name.str()); }));
    else if (!H.Value.empty())
      Terms.push_back(Expressions.at(H.Value));
    if (!H.Symbol.empty())
      Terms.push_back("(uintptr_t)" + addressOf(H.Symbol));
    if (H.Addend != 0 || Terms.empty()) {
      uint64_t Magnitude =
          H.Addend < 0 ? 0 - static_cast<uint64_t>(H.Addend) : static_cast<uint64_t>(H.Addend);
      Terms.push_back((H.Addend < 0 ? "-0x" : "0x") + utohexstr(Magnitude, true));
    }
    return join(Terms, " + ");
  }

  void writeGroup(const StencilGroup &Group, StringRef Name) {
    OS << "{emit_" << Name << ", " << Group.Code.Bytes.size() << ", " << Group.Data.Bytes.size();
    if (Form.SymbolMasks)
      OS << ", " << symbolMask(Group, [&](const Hole &H) { return needsTrampoline(Form, H); });
    if (!Form.SlotAddressFunction.empty())
      OS << ", " << symbolMask(Group, [&](const Hole &H) { return usesTraceSlot(Form, H); });
    OS << '}';
  }

  void writeTables() {
    if (Form.SymbolMasks)
      OS << "static_assert(SYMBOL_MASK_WORDS >= " << std::max<size_t>(divideCeil(Symbols.size(), 32), 1)
         << ", \"SYMBOL_MASK_WORDS too small\");\n\n";
    OS << "typedef struct {\n    void (*emit)(\n        " << join(Form.EmitParameters, "\n        ")
       << ");\n    size_t code_size;\n    size_t data_size;\n"
       << (Form.SymbolMasks ? "    symbol_mask trampoline_mask;\n" : "")
       << (Form.SlotAddressFunction.empty() ? "" : "    symbol_mask got_mask;\n") << "} StencilGroup;\n\n";
    if (Set.Shim) {
      OS << "static const StencilGroup " << Form.ShimName << " = ";
      writeGroup(*Set.Shim, Form.ShimName);
      OS << ";\n\n";
    }
    OS << "static const StencilGroup stencil_groups[" << Form.TableSize << "] = {\n";
    for (const StencilGroup &Group : Set.Groups) {
      OS << "    [" << Group.Name << "] = ";
      writeGroup(Group, Group.Name);
      OS << ",\n";
    }
    OS << "};\n";
    if (!Form.SymbolMasks)
      return;
    OS << "\nstatic const void * const symbols_map[" << std::max<size_t>(Symbols.size(), 1) << "] = {\n";
    for (const auto &[Ordinal, Symbol] : enumerate(Symbols))
      OS << "    [" << Ordinal << "] = " << addressOf(Symbol) << ",\n";
    OS << (Symbols.empty() ? "    0\n};\n" : "};\n");
  }

  const StencilSet &Set;
  const CPythonForm &Form;
  const Disassembler &Listing;
  raw_ostream &OS;
  std::vector<std::string> Symbols; ///< that need trampolines or slots of the trace, by ordinal
  std::map<std::string, size_t> Ordinals;
  std::map<std::string, std::string> Expressions;
};

} // namespace

Expected<std::string> writeCPythonHeader(const StencilSet &Set, const Disassembler &Listing) {
  std::string Text;
  raw_string_ostream OS(Text);
  HeaderWriter(Set, Listing, OS).write();
  return Text;
}

} // namespace stencilgen
