// See Mutator.h.
#include "Mutator.h"
#include "fixups.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

using namespace llvm;

namespace stencilgen {

StringRef spelling(Mutation Kind) {
  static constexpr StringLiteral Names[] = {"bit", "drop", "swap", "addend", "value", "kind", "data"};
  return Names[unsigned(Kind)];
}

uint64_t RandomNumbers::below(uint64_t Limit) {
  uint64_t X = State += 0x9e3779b97f4a7c15; // splitmix64
  X = (X ^ (X >> 30)) * 0xbf58476d1ce4e5b9;
  X = (X ^ (X >> 27)) * 0x94d049bb133111eb;
  return (X ^ (X >> 31)) % Limit;
}

HoleFillers fillersOf(const StencilSet &Set) {
  std::set<std::string> Values, Symbols;
  for (const StencilGroup &Group : Set.Groups)
    for (const Stencil *Part : {&Group.Code, &Group.Data})
      for (const Hole &H : Part->Holes) {
        if (!H.Value.empty())
          Values.insert(H.Value);
        if (!H.Symbol.empty())
          Symbols.insert(H.Symbol);
      }
  return {{Values.begin(), Values.end()}, {Symbols.begin(), Symbols.end()}};
}

std::optional<Mutant> Mutator::mutate(const StencilGroup &Group, const DecodedCode &Code, Mutation Kind,
                                      RandomNumbers &Random) const {
  Mutant M{Kind, Group, 0, "", {}};
  bool Done = false;
  switch (Kind) {
  case Mutation::Bit:
    Done = changeBit(M, Group, Code, Random);
    break;
  case Mutation::Drop:
    Done = drop(M, Code, Random);
    break;
  case Mutation::Swap:
    Done = swap(M, Code, Random);
    break;
  case Mutation::Addend:
  case Mutation::Value:
  case Mutation::Kind:
    Done = changeHole(M, Code, Random);
    break;
  case Mutation::Data:
    Done = changeData(M, Random);
    break;
  }
  return Done ? std::optional(std::move(M)) : std::nullopt;
}

/// Any line but padding; none where the code has no other.
static std::optional<size_t> chooseLine(const DecodedCode &Code, RandomNumbers &Random) {
  if (Code.Lines.empty())
    return std::nullopt;
  size_t Line = Random.below(Code.Lines.size());
  if (!Code.Lines[Line].IsInstruction || isPadding(Code.Lines[Line]))
    return std::nullopt;
  return Line;
}

bool Mutator::changeBit(Mutant &M, const StencilGroup &Group, const DecodedCode &Code,
                        RandomNumbers &Random) const {
  auto Line = chooseLine(Code, Random);
  if (!Line)
    return false;
  const CodeLine &Old = Code.Lines[*Line];
  size_t Bit = Random.below(Old.Size * 8), Byte = Old.Offset + Bit / 8;
  for (size_t Index : Old.Holes) {
    const Hole &H = Group.Code.Holes[Index];
    std::vector<uint8_t> Mask = holeMask(H.Kind, ArrayRef(Group.Code.Bytes).drop_front(H.Offset));
    if (Byte >= H.Offset && Byte < H.Offset + Mask.size() && (Mask[Byte - H.Offset] >> Bit % 8 & 1))
      return false;
  }
  M.Group.Code.Bytes[Byte] ^= 1u << Bit % 8;
  DisassembledLine New = Decoder.decode(ArrayRef(M.Group.Code.Bytes).drop_front(Old.Offset), Old.Offset);
  if (!New.IsInstruction || New.Size != Old.Size || New.Text == Old.Text)
    return false;
  for (size_t Index : Old.Holes)
    if (!fits(Group.Code.Holes[Index], M.Group.Code))
      return false;
  M.Line = *Line;
  M.What = Old.Text + " -> " + New.Text;
  return true;
}

bool Mutator::drop(Mutant &M, const DecodedCode &Code, RandomNumbers &Random) const {
  auto Line = chooseLine(Code, Random);
  if (!Line || Code.Lines[*Line].Size % Nop.size())
    return false;
  const CodeLine &Old = Code.Lines[*Line];
  for (uint64_t I = 0; I < Old.Size; ++I)
    M.Group.Code.Bytes[Old.Offset + I] = Nop[I % Nop.size()];
  llvm::erase_if(M.Group.Code.Holes,
                 [&](const Hole &H) { return H.Offset >= Old.Offset && H.Offset < Old.Offset + Old.Size; });
  M.Line = *Line;
  M.What = Old.Text;
  return true;
}

bool Mutator::needEachOther(const CodeLine &First, const CodeLine &Second) const {
  auto Meet = [&](ArrayRef<unsigned> A, ArrayRef<unsigned> B) {
    return llvm::any_of(A, [&](unsigned X) {
      return llvm::any_of(B, [&](unsigned Y) { return X && Y && Decoder.overlap(X, Y); });
    });
  };
  return Meet(First.Writes, Second.Reads) || Meet(First.Reads, Second.Writes);
}

bool Mutator::swap(Mutant &M, const DecodedCode &Code, RandomNumbers &Random) const {
  auto Line = chooseLine(Code, Random);
  if (!Line || *Line + 1 == Code.Lines.size())
    return false;
  const CodeLine &First = Code.Lines[*Line], &Second = Code.Lines[*Line + 1];
  if (First.Control != Flow::Next || Second.Control != Flow::Next || !Second.Label.empty() ||
      !Second.IsInstruction || First.Text == Second.Text || !needEachOther(First, Second))
    return false;
  auto Bytes = M.Group.Code.Bytes.begin();
  std::rotate(Bytes + First.Offset, Bytes + Second.Offset, Bytes + Second.Offset + Second.Size);
  for (Hole &H : M.Group.Code.Holes)
    if (H.Offset >= First.Offset && H.Offset < Second.Offset)
      H.Offset += Second.Size;
    else if (H.Offset >= Second.Offset && H.Offset < Second.Offset + Second.Size)
      H.Offset -= First.Size;
  llvm::stable_sort(M.Group.Code.Holes, [](const Hole &A, const Hole &B) { return A.Offset < B.Offset; });
  M.Line = *Line;
  M.What = First.Text + "; " + Second.Text;
  return true;
}

/// True where the bytes are an instruction that the kind belongs in.
bool Mutator::fits(const Hole &H, const Stencil &Part) const {
  if (H.Offset + fixupKindInfo(H.Kind).Width > Part.Bytes.size())
    return false;
  std::vector<uint8_t> Mask = holeMask(H.Kind, ArrayRef(Part.Bytes).drop_front(H.Offset));
  return llvm::any_of(Mask, [](uint8_t Byte) { return Byte != 0; });
}

/// Another addend: near, far, negated, or what is left of it when it is cut.
static int64_t otherAddend(int64_t Addend, RandomNumbers &Random) {
  static constexpr int64_t Steps[] = {1, -1, 2, -2, 4, -4, 8, -8, 16, -16, 0x100, 0x1000, 0x10000};
  switch (Random.below(4)) {
  case 0:
    return Addend >= 0 ? Addend & 0xffff : -Addend;
  case 1:
    return -Addend;
  default:
    return Addend + Steps[Random.below(std::size(Steps))];
  }
}

bool Mutator::changeHole(Mutant &M, const DecodedCode &Code, RandomNumbers &Random) const {
  size_t OfCode = M.Group.Code.Holes.size(), Count = OfCode + M.Group.Data.Holes.size();
  if (!Count)
    return false;
  size_t Index = Random.below(Count);
  Stencil &Part = Index < OfCode ? M.Group.Code : M.Group.Data;
  Hole &H = Part.Holes[Index < OfCode ? Index : Index - OfCode], Old = H;
  if (M.Kind == Mutation::Addend)
    H.Addend = otherAddend(H.Addend, Random);
  else if (M.Kind == Mutation::Kind)
    H.Kind = static_cast<FixupKind>(Random.below(SG_FIXUP_KIND_COUNT));
  else if (!H.Symbol.empty() && (H.Value.empty() || Random.below(2)))
    H.Symbol = Fillers.Symbols[Random.below(Fillers.Symbols.size())];
  else
    H.Value = Fillers.Values[Random.below(Fillers.Values.size())];
  const FixupKindInfo &Now = fixupKindInfo(H.Kind), &Before = fixupKindInfo(Old.Kind);
  if (H == Old || Now.Width != Before.Width || (M.Kind == Mutation::Kind && Now.Formula == Before.Formula) ||
      !fits(H, Part))
    return false;
  for (auto [Number, Line] : enumerate(Code.Lines))
    if (Index < OfCode && llvm::is_contained(Line.Holes, Index)) {
      M.Line = Number;
      M.What = Line.Text + ": ";
    }
  if (Index >= OfCode)
    M.DataOffset = H.Offset;
  auto Text = [](const Hole &X) {
    return (Twine(fixupKindInfo(X.Kind).Spelling) + " " + X.Value + " " + X.Symbol + " " + Twine(X.Addend))
        .str();
  };
  M.What += Text(Old) + " -> " + Text(H);
  return true;
}

bool Mutator::changeData(Mutant &M, RandomNumbers &Random) const {
  Stencil &Data = M.Group.Data;
  if (Data.Bytes.empty())
    return false;
  size_t Byte = Random.below(Data.Bytes.size());
  for (const Hole &H : Data.Holes)
    if (Byte >= H.Offset && Byte < H.Offset + fixupKindInfo(H.Kind).Width)
      return false;
  for (const DataString &Text : dataStrings(Data)) { // zeros behind a text have no meaning
    uint64_t End = Text.Offset + Text.Text.size();
    if (Byte > End && std::all_of(Data.Bytes.begin() + End, Data.Bytes.begin() + Byte + 1,
                                  [](uint8_t B) { return B == 0; }))
      return false;
  }
  M.DataOffset = Byte;
  uint8_t Old = Data.Bytes[Byte];
  Data.Bytes[Byte] ^= 1u << Random.below(8);
  M.What = "data at 0x" + utohexstr(Byte, true) + ": 0x" + utohexstr(Old, true) + " -> 0x" +
           utohexstr(Data.Bytes[Byte], true);
  return true;
}

} // namespace stencilgen
