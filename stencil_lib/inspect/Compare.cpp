// See Compare.h.
#include "inspect/Compare.h"
#include "emit/Listing.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

using namespace llvm;

namespace stencilgen {

namespace {

/// What makes two instructions the same: their text, but for the number of a label, which counts the labels
/// before it.
std::vector<std::string> keysOf(const StencilGroup &Group, const DecodedCode &Code) {
  std::vector<std::string> Keys;
  for (const CodeLine &Line : Code.Lines) {
    StringRef Text = Line.Shown;
    if (Line.Target && Code.lineAt(*Line.Target))
      Text = Text.substr(0, Text.rfind('L'));
    std::string Key = Text.str();
    for (size_t Index : Line.Holes)
      Key += ("\n" + fixupKindInfo(Group.Code.Holes[Index].Kind).Spelling).str();
    Keys.push_back(std::move(Key));
  }
  return Keys;
}

std::vector<std::string> holeTexts(const StencilGroup &Group) {
  std::vector<std::string> Texts;
  for (const Stencil *Part : {&Group.Code, &Group.Data})
    for (const Hole &H : Part->Holes)
      Texts.push_back((fixupKindInfo(H.Kind).Spelling + " " + holeText(H)).str());
  return Texts;
}

/// What is in \p A more often than in \p B.
std::vector<std::string> surplus(ArrayRef<std::string> A, ArrayRef<std::string> B) {
  StringMap<unsigned> Left;
  for (const std::string &Text : B)
    ++Left[Text];
  std::vector<std::string> Result;
  for (const std::string &Text : A) {
    unsigned &Count = Left[Text];
    if (Count == 0)
      Result.push_back(Text);
    else
      --Count;
  }
  return Result;
}

/// Where the holes came from does not matter to what they do.
bool sameStencil(const Stencil &A, const Stencil &B) {
  return A.Bytes == B.Bytes && A.Holes.size() == B.Holes.size() &&
         llvm::all_of(zip_equal(A.Holes, B.Holes), [](auto Pair) {
           const auto &[X, Y] = Pair;
           return std::tie(X.Offset, X.Kind, X.Value, X.Symbol, X.Addend) ==
                  std::tie(Y.Offset, Y.Kind, Y.Value, Y.Symbol, Y.Addend);
         });
}

GroupChange compareGroups(const InspectedSet &OldSet, const InspectedSet &NewSet, std::optional<size_t> Old,
                          std::optional<size_t> New) {
  GroupChange C;
  C.Old = Old;
  C.New = New;
  static const StencilGroup NoGroup{};
  static const DecodedCode NoCode{};
  const StencilGroup &A = Old ? *OldSet.Groups[*Old] : NoGroup, &B = New ? *NewSet.Groups[*New] : NoGroup;
  const DecodedCode &CodeA = Old ? OldSet.Code[*Old] : NoCode, &CodeB = New ? NewSet.Code[*New] : NoCode;
  C.Name = Old ? A.Name : B.Name;
  C.CodeDelta = int64_t(B.Code.Bytes.size()) - int64_t(A.Code.Bytes.size());
  C.DataDelta = int64_t(B.Data.Bytes.size()) - int64_t(A.Data.Bytes.size());
  C.DataChanged = !sameStencil(A.Data, B.Data);
  C.Kind = !Old                                            ? Change::Added
           : !New                                          ? Change::Removed
           : sameStencil(A.Code, B.Code) && !C.DataChanged ? Change::Same
                                                           : Change::Changed;
  if (C.Kind == Change::Same) {
    for (size_t I = 0; I < CodeA.Lines.size(); ++I)
      C.Lines.push_back({I, I, true});
    return C;
  }
  C.Lines = alignLines(keysOf(A, CodeA), keysOf(B, CodeB));
  for (const LinePair &Row : C.Lines) {
    C.LinesRemoved += !Row.New.has_value();
    C.LinesAdded += !Row.Old.has_value();
  }
  std::vector<std::string> HolesA = holeTexts(A), HolesB = holeTexts(B);
  C.HolesRemoved = surplus(HolesA, HolesB);
  C.HolesAdded = surplus(HolesB, HolesA);
  return C;
}

} // namespace

std::vector<LinePair> alignLines(ArrayRef<std::string> Old, ArrayRef<std::string> New) {
  std::vector<LinePair> Rows;
  size_t Begin = 0, OldEnd = Old.size(), NewEnd = New.size();
  while (Begin < std::min(OldEnd, NewEnd) && Old[Begin] == New[Begin])
    ++Begin;
  while (OldEnd > Begin && NewEnd > Begin && Old[OldEnd - 1] == New[NewEnd - 1])
    --OldEnd, --NewEnd;
  for (size_t I = 0; I < Begin; ++I)
    Rows.push_back({I, I, true});
  // Lengths[I][J]: of the longest common subsequence of what is left from I and J.
  size_t Height = OldEnd - Begin, Width = NewEnd - Begin;
  std::vector<std::vector<unsigned>> Lengths(Height + 1, std::vector<unsigned>(Width + 1));
  for (size_t I = Height; I-- > 0;)
    for (size_t J = Width; J-- > 0;)
      Lengths[I][J] = Old[Begin + I] == New[Begin + J] ? Lengths[I + 1][J + 1] + 1
                                                       : std::max(Lengths[I + 1][J], Lengths[I][J + 1]);
  for (size_t I = 0, J = 0; I < Height || J < Width;) {
    if (I < Height && J < Width && Old[Begin + I] == New[Begin + J]) {
      Rows.push_back({Begin + I++, Begin + J++, true});
    } else if (J == Width || (I < Height && Lengths[I + 1][J] >= Lengths[I][J + 1])) {
      Rows.push_back({Begin + I++, std::nullopt, false});
    } else {
      Rows.push_back({std::nullopt, Begin + J++, false});
    }
  }
  for (size_t I = OldEnd, J = NewEnd; I < Old.size(); ++I, ++J)
    Rows.push_back({I, J, true});
  return Rows;
}

Comparison compareSets(const InspectedSet &Old, const InspectedSet &New) {
  Comparison Result{Old, New, {}};
  StringMap<size_t> NewIndexes, OldIndexes;
  for (auto [Index, Group] : enumerate(New.Groups))
    NewIndexes[Group->Name] = Index;
  for (auto [Index, Group] : enumerate(Old.Groups)) {
    OldIndexes[Group->Name] = Index;
    auto Found = NewIndexes.find(Group->Name);
    Result.Groups.push_back(compareGroups(
        Old, New, Index, Found == NewIndexes.end() ? std::nullopt : std::optional(Found->second)));
  }
  for (auto [Index, Group] : enumerate(New.Groups))
    if (!OldIndexes.contains(Group->Name))
      Result.Groups.push_back(compareGroups(Old, New, std::nullopt, Index));
  auto Rank = [](const GroupChange &C) {
    return std::tuple(C.Kind == Change::Same, -std::abs(C.CodeDelta), -std::abs(C.DataDelta),
                      -int64_t(C.LinesAdded + C.LinesRemoved), C.Name);
  };
  llvm::sort(Result.Groups, [&](const GroupChange &A, const GroupChange &B) { return Rank(A) < Rank(B); });
  Result.count();
  return Result;
}

void Comparison::count() {
  Same = Changed = Added = Removed = 0;
  for (const GroupChange &C : Groups)
    ++(C.Kind == Change::Same      ? Same
       : C.Kind == Change::Changed ? Changed
       : C.Kind == Change::Added   ? Added
                                   : Removed);
}

Error Comparison::keepOnly(ArrayRef<std::string> Patterns) {
  std::vector<StringRef> Names;
  for (const GroupChange &C : Groups)
    Names.push_back(C.Name);
  auto Matched = matchNames(Names, Patterns);
  if (!Matched)
    return Matched.takeError();
  std::vector<GroupChange> Kept;
  for (auto [Group, IsMatched] : zip_equal(Groups, *Matched))
    if (IsMatched)
      Kept.push_back(std::move(Group));
  Groups = std::move(Kept);
  count();
  return Error::success();
}

} // namespace stencilgen
