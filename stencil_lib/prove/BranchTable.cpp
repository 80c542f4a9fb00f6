// See BranchTable.h.
#include "prove/BranchTable.h"
#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace stencilgen::prove {

BranchTable::BranchTable(const StencilCode &Code)
    : Code(Code), Executed(Code.Facts.size()), Branches(Code.Facts.size()), Decides(Code.Facts.size()) {
  for (size_t I = 0; I < Code.Facts.size(); ++I) {
    if (!Code.Facts[I].IsConditional)
      continue;
    for (size_t Before = I + 1; Before-- > 0;)
      if (Code.Facts[Before].IsCompare) {
        Decides[Before].push_back(I);
        break;
      }
  }
}

void BranchTable::visit(const Behaviour &Run, function_ref<void(size_t, bool)> See) const {
  for (size_t I = 0; I < Run.Path.size(); ++I) {
    size_t Line = Run.Path[I];
    bool IsLast = I + 1 == Run.Path.size();
    if (!Code.Facts[Line].IsConditional || (IsLast && Run.How != Behaviour::Left))
      continue;
    // Behind the last instruction of the code is CONTINUE, where going straight on leads as well.
    bool GoesOn = IsLast ? Line + 1 == Code.Facts.size() && Run.Exit.What == Destination::Continue
                         : Run.Path[I + 1] == Line + 1;
    See(Line, !GoesOn);
  }
}

std::vector<size_t> BranchTable::add(const Behaviour &Run, bool IsCompared) {
  std::vector<size_t> New;
  for (uint16_t Line : Run.Path)
    if (IsCompared)
      Executed[Line] = true;
  visit(Run, [&](size_t Line, bool Taken) {
    uint8_t &Reached = Branches[Line].Reached[Taken], &Compared = Branches[Line].Compared[Taken];
    if (!Reached || (IsCompared && !Compared))
      New.push_back(Line);
    Reached = 1;
    if (IsCompared && Compared < Enough)
      ++Compared;
  });
  return New;
}

bool BranchTable::isRare(const Behaviour &Run) const {
  bool Found = false;
  visit(Run, [&](size_t Line, bool Taken) { Found |= Branches[Line].Compared[Taken] < Enough; });
  return Found;
}

bool BranchTable::isRare(size_t Line) const {
  return Code.Facts[Line].IsConditional &&
         (Branches[Line].Compared[0] < Enough || Branches[Line].Compared[1] < Enough);
}

bool BranchTable::isWanted(size_t Line) const {
  return llvm::any_of(Decides[Line], [&](size_t Branch) { return isRare(Branch); });
}

bool BranchTable::isComplete() const {
  for (size_t I = 0; I < Branches.size(); ++I)
    if (isRare(I))
      return false;
  return true;
}

Coverage BranchTable::coverage() const {
  Coverage Result;
  Result.Executed = Executed;
  for (size_t I = 0; I < Branches.size(); ++I) {
    if (!Code.Facts[I].IsConditional)
      continue;
    Result.Sides += 2;
    for (bool Taken : {false, true})
      if (Branches[I].Compared[Taken])
        ++Result.Seen;
      else
        Result.Unseen.push_back({I, Taken});
  }
  return Result;
}

} // namespace stencilgen::prove
