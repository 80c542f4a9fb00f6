// See SmallConstants.h. On AArch64 an address through the GOT takes two instructions and a data slot, where
// movz and movk hold 32 bits in the same two, and 16 bits in one.
#include "stencil/SmallConstants.h"
#include "AArch64Instructions.h"
#include "stencil/HoleExpression.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Endian.h"
#include <map>
#include <set>

using namespace llvm;

namespace stencilgen {

namespace {

/// One block at a time: a register is known to hold a constant until something else names it.
class ConstantFolder {
public:
  ConstantFolder(CodeBlock &Block, const ObjectImage &Image, const StencilRules &Rules,
                 const MachineCode &Machine)
      : Block(Block), Image(Image), Rules(Rules), Machine(Machine) {}

  void run() {
    std::vector<CodeInstruction> Old = std::exchange(Block.Body, {});
    for (CodeInstruction &I : Old) {
      if (auto Constant = constantOf(I, FixupKind::AArch64_GotPage21)) {
        forget(I);
        Pages[word(I) & 31] = {*Constant, Block.Body.size()}; // adrp: Rd
      } else if (auto Loaded = constantOf(I, FixupKind::AArch64_GotPageOff12); Loaded && fold(I, *Loaded)) {
        continue;
      } else if (isMaskOfKnown(I)) {
        continue;
      } else {
        forget(I);
      }
      Block.Body.push_back(std::move(I));
    }
  }

private:
  struct Page {
    size_t Symbol; ///< index into the image's symbols
    size_t Place;  ///< of the adrp in the block
  };

  static uint32_t word(const CodeInstruction &I) { return support::endian::read32le(I.Bytes.data()); }

  /// The symbol of a small constant that the instruction has a fixup of this kind for.
  std::optional<size_t> constantOf(const CodeInstruction &I, FixupKind Kind) const {
    if (I.Fixups.size() != 1 || I.Fixups[0].Kind != Kind || I.Fixups[0].Addend != 0)
      return std::nullopt;
    if (bitsOf(I.Fixups[0].Symbol) == 0)
      return std::nullopt;
    return I.Fixups[0].Symbol;
  }

  /// How many bits hold the constant, 16 or 32; 0: it is none, or needs more.
  unsigned bitsOf(size_t Symbol) const {
    StringRef Name = holeName(Image.Symbols[Symbol], Rules);
    if (is_contained(Rules.Layout.SmallConstants, Name))
      return Name.ends_with("_32") ? 32 : 16;
    auto Derived =
        Rules.Widths && Name.consume_front(DerivedMark) ? HoleExpression::parse(Name) : std::nullopt;
    if (!Derived)
      return 0;
    unsigned Needed = Derived->range(*Rules.Widths).getUnsignedMax().getActiveBits();
    return Needed <= 16 ? 16 : Needed <= 32 ? 32 : 0;
  }

  bool isWide(size_t Symbol) const { return bitsOf(Symbol) == 32; }

  /// Replaces the adrp before, and this ldr of the same register, by moves of the constant.
  bool fold(const CodeInstruction &Load, size_t Symbol) {
    unsigned Register = word(Load) & 31, Base = word(Load) >> 5 & 31;
    auto Found = Pages.find(Register);
    if (Register != Base || Found == Pages.end() || Found->second.Symbol != Symbol)
      return false;
    CodeInstruction &First = Block.Body[Found->second.Place];
    First = move(0xd2800000 | Register, FixupKind::AArch64_MovwG0, Symbol);
    if (isWide(Symbol))
      Block.Body.push_back(move(0xf2a00000 | Register, FixupKind::AArch64_MovwG1, Symbol));
    else
      Known.insert(Register);
    Pages.erase(Found);
    return true;
  }

  /// movz or movk of 64 bits whose immediate is filled.
  CodeInstruction move(uint32_t Word, FixupKind Kind, size_t Symbol) const {
    CodeInstruction I;
    I.Bytes.resize(4);
    support::endian::write32le(I.Bytes.data(), Word);
    I.Fixups.push_back({0, Kind, "", Symbol, 0});
    uint64_t Size;
    if (auto Decoded = Machine.decode(I.Bytes, 0, Size))
      I.Inst = std::move(*Decoded);
    return I;
  }

  /// and Wn, Wn, #0xffff (or of 64 bits) of a register that holds 16 bits of a constant.
  bool isMaskOfKnown(const CodeInstruction &I) const {
    uint32_t Word = word(I), Form = Word & ~0x3ffU;
    bool IsMask = Form == 0x12003c00 || Form == 0x92403c00;
    unsigned Register = Word & 31;
    return IsMask && I.Fixups.empty() && Register == (Word >> 5 & 31) && Known.count(Register);
  }

  /// Whatever registers the instruction names may hold something else after it.
  void forget(const CodeInstruction &I) {
    auto IsNamed = [&](unsigned Register) {
      auto X = Machine.registerNamed("X" + std::to_string(Register));
      return !X || Machine.touches(I.Inst, *X);
    };
    std::erase_if(Pages, [&](const auto &Entry) { return IsNamed(Entry.first); });
    std::erase_if(Known, IsNamed);
  }

  CodeBlock &Block;
  const ObjectImage &Image;
  const StencilRules &Rules;
  const MachineCode &Machine;
  std::map<unsigned, Page> Pages; ///< by register: the page of a constant's slot is in it
  std::set<unsigned> Known;       ///< registers that hold a constant of 16 bits
};

} // namespace

void foldSmallConstants(CodeBlocks &Code, const ObjectImage &Image, const StencilRules &Rules,
                        const MachineCode &Machine) {
  if ((Rules.Layout.SmallConstants.empty() && !Rules.Widths) ||
      Machine.architecture().Kinds != FixupArchitecture::AArch64)
    return;
  for (CodeBlock &Block : Code.Blocks)
    ConstantFolder(Block, Image, Rules, Machine).run();
}

} // namespace stencilgen
