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

std::vector<size_t> BranchTable::add(const Behaviour &Run, bool IsCompared) {
  std::vector<size_t> New;
  for (size_t I = 0; I < Run.Path.size(); ++I) {
    size_t Line = Run.Path[I];
    if (IsCompared)
      Executed[Line] = true;
    if (!Code.Facts[Line].IsConditional)
      continue;
    bool IsLast = I + 1 == Run.Path.size();
    if (IsLast && Run.How != Behaviour::Left)
      continue;
    // Behind the last instruction of the code is CONTINUE, where going straight on leads as well.
    bool GoesOn = IsLast ? Line + 1 == Code.Facts.size() && Run.Exit.What == Destination::Continue
                         : Run.Path[I + 1] == Line + 1;
    Sides &Branch = Branches[Line];
    uint8_t &Reached = Branch.Reached[!GoesOn], &Compared = Branch.Compared[!GoesOn];
    if (!Reached || (IsCompared && !Compared))
      New.push_back(Line);
    Reached = 1;
    if (IsCompared && Compared < Enough)
      ++Compared;
  }
  return New;
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
