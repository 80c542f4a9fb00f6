// See ContinuationCheck.h.
#include "stencil/ContinuationCheck.h"
#include "support/Diagnostic.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace stencilgen {

/// The slots of the data with the address of what follows, as addends of the holes that read them.
static std::vector<int64_t> continuationSlots(const StencilGroup &Group, StringRef Value) {
  std::vector<int64_t> Slots;
  for (const Hole &H : Group.Data.Holes)
    if (H.Value == Value && H.Addend == 0) {
      Slots.push_back(int64_t(H.Offset));
      Slots.push_back(int64_t(H.Offset) - 4); // x86 counts from the end of the operand
    }
  return Slots;
}

Error checkContinuation(const StencilGroup &Group, const HoleProfile &Holes, const MachineCode &Machine) {
  if (Holes.ContinueValue.empty())
    return Error::success();
  std::vector<int64_t> Slots = continuationSlots(Group, Holes.ContinueValue);
  std::vector<uint64_t> Ends; // of the holes in question: a call of two instructions has the branch last
  for (const Hole &H : Group.Code.Holes)
    if (H.Value == Holes.ContinueValue ||
        (H.Value == DataValue && usesDataSlot(H.Kind) && is_contained(Slots, H.Addend)))
      Ends.push_back(H.Offset + fixupKindInfo(H.Kind).Width);
  if (Ends.empty())
    return Error::success();
  uint64_t Size;
  for (uint64_t At = 0; At < Group.Code.Bytes.size(); At += Size) {
    auto Inst = Machine.decode(ArrayRef(Group.Code.Bytes).drop_front(At), At, Size);
    if (!Inst || !Machine.isCall(*Inst))
      continue;
    if (llvm::any_of(Ends, [&](uint64_t End) { return At < End && End <= At + Size; })) {
      std::string Symbol = Holes.Prefix + Holes.ContinueValue;
      return makeError("calls " + Symbol + " at offset 0x" + utohexstr(At, true) + " of the code ('" +
                       Machine.text(*Inst, At, Size) + "'), expected a jump: give 'return " + Symbol +
                       "(...)' the attribute musttail, with nothing to do after it");
    }
  }
  return Error::success();
}

} // namespace stencilgen
