// See CPythonHeader.h.
#include "emit/CPythonHeader.h"
#include "emit/Listing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <map>

using namespace llvm;

namespace stencilgen {

namespace {

class HeaderWriter {
public:
  HeaderWriter(const StencilSet &Set, const Disassembler &Listing, raw_ostream &OS)
      : Set(Set), Listing(Listing), OS(OS), Expressions(Set.Expressions.begin(), Set.Expressions.end()) {}

  void write() {
    numberSymbols();
    OS << digestLine(Set.Digest) << "// $ " << Set.Command << "\n\n";
    if (Set.Shim)
      writeEmitFunction(*Set.Shim);
    for (const StencilGroup &Group : Set.Groups)
      writeEmitFunction(Group);
    writeTables();
  }

private:
  void writeEmitFunction(const StencilGroup &Group) {
    OS << "void\nemit_" << Group.Name << "(\n    " << join(Set.Header.EmitParameters, "\n    ") << ")\n{\n";
    for (const std::string &Line : codeListing(Group.Code, Listing))
      OS << "    // " << Line << '\n';
    writeBody("code", Group.Code);
    for (const std::string &Line : dataListing(Group.Data))
      OS << "    // " << Line << '\n';
    writeBody("data", Group.Data);
    // Data first: a hole in the code that is relaxed reads the data slot it refers to.
    writePatches("data", Group.Data);
    writePatches("code", Group.Code);
    OS << "}\n\n";
  }

  /// The bytes up to the last that is not zero: the JIT's memory is zero already.
  static ArrayRef<uint8_t> withoutTrailingZeros(const Stencil &S) {
    ArrayRef<uint8_t> Bytes = S.Bytes;
    while (!Bytes.empty() && Bytes.back() == 0)
      Bytes = Bytes.drop_back();
    return Bytes;
  }

  void writeBody(StringRef Part, const Stencil &S) {
    ArrayRef<uint8_t> Bytes = withoutTrailingZeros(S);
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

  void writePatches(StringRef Part, const Stencil &S) {
    if (!withoutTrailingZeros(S).empty())
      OS << "    memcpy(" << Part << ", " << Part << "_body, sizeof(" << Part << "_body));\n";
    for (size_t I = 0; I < S.Holes.size(); ++I) {
      const Hole &H = S.Holes[I];
      OS << "    ";
      if (needsTrampoline(H)) {
        OS << Set.Header.TrampolineFunctions.at(H.Kind) << '(' << Part << " + 0x" << utohexstr(H.Offset, true)
           << ", 0x" << utohexstr(Ordinals.at(H.Symbol), true) << ", state);\n";
        continue;
      }
      StringRef Function = Set.Header.PatchFunctions.at(H.Kind);
      if (const PairFunction *Pair = I + 1 < S.Holes.size() ? pairOf(S, H, S.Holes[I + 1]) : nullptr) {
        Function = Pair->Function;
        ++I;
      }
      OS << Function << '(' << Part << " + 0x" << utohexstr(H.Offset, true) << ", " << expression(H)
         << ");\n";
    }
  }

  /// A branch to a symbol may be out of reach, and then goes through a trampoline of the trace.
  bool needsTrampoline(const Hole &H) const {
    return !H.Symbol.empty() && Set.Header.TrampolineFunctions.count(H.Kind);
  }

  /// The function that patches two holes at once: they must make the same address in neighbouring
  /// instructions, the second of which uses no register but that of the first, so that the JIT may change
  /// both.
  const PairFunction *pairOf(const Stencil &S, const Hole &A, const Hole &B) const {
    if (A.Offset + 4 != B.Offset || A.Value != B.Value || A.Symbol != B.Symbol || A.Addend != B.Addend)
      return nullptr;
    auto Pair = llvm::find_if(Set.Header.Pairs,
                              [&](const PairFunction &P) { return P.First == A.Kind && P.Second == B.Kind; });
    if (Pair == Set.Header.Pairs.end())
      return nullptr;
    uint32_t First = support::endian::read32le(&S.Bytes[A.Offset]);
    uint32_t Second = support::endian::read32le(&S.Bytes[B.Offset]);
    uint32_t Made = First & 31, Loaded = Second & 31, Base = Second >> 5 & 31;
    return Made == Loaded && Made == Base ? &*Pair : nullptr;
  }

  /// Numbers the symbols that need trampolines in order of first use, as the object files list them.
  void numberSymbols() {
    auto Number = [&](const StencilGroup &Group) {
      auto NumberHole = [&](const Hole &H) {
        if (needsTrampoline(H) && Ordinals.try_emplace(H.Symbol, Symbols.size()).second)
          Symbols.push_back(H.Symbol);
      };
      if (Set.Header.DescendingOrdinals)
        llvm::for_each(reverse(Group.Code.Holes), NumberHole);
      else
        llvm::for_each(Group.Code.Holes, NumberHole);
    };
    if (Set.Shim)
      Number(*Set.Shim);
    llvm::for_each(Set.Groups, Number);
  }

  /// The symbols a group needs trampolines for, as an initializer of words with a bit for each ordinal.
  std::string trampolineMask(const StencilGroup &Group) const {
    std::vector<uint32_t> Words;
    for (const Hole &H : Group.Code.Holes) {
      if (!needsTrampoline(H))
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

  std::string expression(const Hole &H) const {
    std::vector<std::string> Terms;
    if (!H.Value.empty())
      Terms.push_back(Expressions.at(H.Value));
    if (!H.Symbol.empty())
      Terms.push_back("(uintptr_t)&" + H.Symbol);
    if (H.Addend != 0 || Terms.empty()) {
      uint64_t Magnitude =
          H.Addend < 0 ? 0 - static_cast<uint64_t>(H.Addend) : static_cast<uint64_t>(H.Addend);
      Terms.push_back((H.Addend < 0 ? "-0x" : "0x") + utohexstr(Magnitude, true));
    }
    return join(Terms, " + ");
  }

  void writeGroup(const StencilGroup &Group) {
    OS << "{emit_" << Group.Name << ", " << Group.Code.Bytes.size() << ", " << Group.Data.Bytes.size() << ", "
       << trampolineMask(Group) << '}';
  }

  void writeTables() {
    OS << "static_assert(SYMBOL_MASK_WORDS >= " << std::max<size_t>(divideCeil(Symbols.size(), 32), 1)
       << ", \"SYMBOL_MASK_WORDS too small\");\n\n"
       << "typedef struct {\n    void (*emit)(\n        " << join(Set.Header.EmitParameters, "\n        ")
       << ");\n    size_t code_size;\n    size_t data_size;\n    symbol_mask trampoline_mask;\n} "
          "StencilGroup;\n\n";
    if (Set.Shim) {
      OS << "static const StencilGroup shim = ";
      writeGroup(*Set.Shim);
      OS << ";\n\n";
    }
    OS << "static const StencilGroup stencil_groups[" << Set.Header.TableSize << "] = {\n";
    for (const StencilGroup &Group : Set.Groups) {
      OS << "    [" << Group.Name << "] = ";
      writeGroup(Group);
      OS << ",\n";
    }
    OS << "};\n\nstatic const void * const symbols_map[" << std::max<size_t>(Symbols.size(), 1) << "] = {\n";
    for (const auto &[Ordinal, Symbol] : enumerate(Symbols))
      OS << "    [" << Ordinal << "] = &" << Symbol << ",\n";
    OS << (Symbols.empty() ? "    0\n};\n" : "};\n");
  }

  const StencilSet &Set;
  const Disassembler &Listing;
  raw_ostream &OS;
  std::vector<std::string> Symbols; ///< that need trampolines, by ordinal
  std::map<std::string, size_t> Ordinals;
  std::map<std::string, std::string> Expressions;
};

} // namespace

std::string digestLine(StringRef Digest) { return ("// " + Digest + "\n").str(); }

std::string cpythonHeader(const StencilSet &Set, const Disassembler &Listing) {
  std::string Text;
  raw_string_ostream OS(Text);
  HeaderWriter(Set, Listing, OS).write();
  return Text;
}

std::string dispatcher(StringRef Command, ArrayRef<DispatchTarget> Targets) {
  // A condition that adds to another's holds in fewer cases, and would never be reached behind it.
  std::vector<DispatchTarget> Ordered;
  for (const DispatchTarget &Target : Targets) {
    auto Wider = llvm::find_if(Ordered, [&](const DispatchTarget &Before) {
      return StringRef(Target.Condition).starts_with(Before.Condition + " && ");
    });
    Ordered.insert(Wider, Target);
  }
  std::string Text;
  raw_string_ostream OS(Text);
  OS << "// $ " << Command << '\n';
  StringRef Guard = "#if ";
  for (const DispatchTarget &Target : Ordered) {
    OS << Guard << Target.Condition << "\n#include \"" << Target.Header << "\"\n";
    Guard = "#elif ";
  }
  OS << "#else\n#error \"unexpected target\"\n#endif\n";
  return Text;
}

} // namespace stencilgen
