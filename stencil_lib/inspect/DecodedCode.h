// The code of a stencil as people read it: instructions with what fills their holes in place of zeros, labels
// where branches land, the helpers that are called. Every command of this room works on it.
#ifndef STENCILGEN_INSPECT_DECODEDCODE_H
#define STENCILGEN_INSPECT_DECODEDCODE_H

#include "arch/Disassembler.h"
#include "stencil/StencilSet.h"
#include <string>
#include <vector>

namespace stencilgen {

/// The hole value of the code that follows a stencil, by which paths through it are known to go on.
inline constexpr const char *FollowingCode = "CONTINUE";

/// True for a hole that reads a data slot which belongs to the trace, not to the stencil.
bool isInTraceSlot(const Hole &H);

/// True for a kind that stores an address whole.
bool isAddress(FixupKind Kind);

/// What fills a hole, for people.
struct HoleMeaning {
  std::string Target; ///< "OPARG", "&PyList_Type", "DATA + 0x8": relative to what the instruction counts from
  std::string Symbol; ///< the interpreter's symbol, also one that is reached through a data slot
  std::string Value;  ///< likewise the hole value
  std::string Note;   ///< what is there: the slot's symbol or the string; empty: nothing to add
};

/// An instruction of a stencil.
struct CodeLine : DisassembledLine {
  std::string Shown;         ///< Text with holes and labels in place of numbers
  std::vector<size_t> Holes; ///< indexes of the stencil's holes that begin in the instruction
  std::string Label;         ///< set where a branch of the stencil lands
  bool IsTableEntry = false; ///< no instruction but a distance of a jump table; Target is where it leads
  std::string Callee;        ///< the interpreter's symbol that a call goes to, where it is known
};

/// A branch within a stencil, by the indexes of its lines; To is the number of lines where it leads to the
/// end.
struct CodeEdge {
  size_t From, To;
};

struct DecodedCode {
  std::vector<CodeLine> Lines;
  std::vector<HoleMeaning> Holes; ///< of the code's holes
  std::vector<CodeEdge> Edges;
  std::string EndLabel; ///< set where a branch leads to the end

  /// The index of the instruction that begins at \p Offset, or the number of lines where the code ends there;
  /// none for any other offset.
  std::optional<size_t> lineAt(uint64_t Offset) const;
};

/// The bits that a hole sets in the bytes it begins at, found by filling it in many ways: as many bytes as
/// the kind is wide, all 0 where the bytes are no instruction that the kind belongs in.
std::vector<uint8_t> holeMask(FixupKind Kind, llvm::ArrayRef<uint8_t> At);

/// Reads the code of \p Group.
DecodedCode decodeGroup(const StencilGroup &Group, const Disassembler &Decoder);

/// What the instruction \p Line counts a distance from, in bytes from the first byte of the hole \p H that
/// holds it: on x86 its own end, in a branch of Arm 8 bytes behind its start, elsewhere its start. A low part
/// of RISC-V counts from its high part, the hole that leads to the same place.
int64_t distanceBase(const Stencil &Code, const CodeLine &Line, const Hole &H, const Disassembler &Decoder);

/// What fills a hole.
/// \param Base  what is counted from where the hole holds a distance: bytes from the hole's first byte
HoleMeaning meaningOf(const StencilGroup &Group, const Hole &H, int64_t Base);

/// A string constant within data: printable text of at least four characters that a zero byte ends.
struct DataString {
  uint64_t Offset;
  std::string Text;
};

/// The strings of the data of a stencil, outside its holes.
std::vector<DataString> dataStrings(const Stencil &Data);

/// True for an instruction that only fills space between others.
bool isPadding(const CodeLine &Line);

/// Numbers of one stencil group.
struct GroupFacts {
  size_t Instructions = 0, Calls = 0, Branches = 0;
  /// Instructions from the entry to the code that follows, going straight on at branches where that leads
  /// there: LLVM lays out the side it thinks likely without a jump. A branch that leaves is taken where a
  /// call follows it. None where no path leads there.
  std::optional<size_t> HotPath;
};

GroupFacts factsOf(const StencilGroup &Group, const DecodedCode &Code);

} // namespace stencilgen

#endif
