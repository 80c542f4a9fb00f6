// See Stats.h.
#include "inspect/Stats.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Format.h"
#include <set>

using namespace llvm;
using Json = nlohmann::ordered_json;

namespace stencilgen {

Distribution distributionOf(std::vector<uint64_t> Numbers) {
  if (Numbers.empty())
    return {};
  llvm::sort(Numbers);
  Distribution D;
  for (uint64_t Number : Numbers)
    D.Total += Number;
  D.Median = Numbers[(Numbers.size() - 1) / 2];
  D.Ninetieth = Numbers[(Numbers.size() - 1) * 9 / 10];
  D.Most = Numbers.back();
  return D;
}

SetStats statsOf(const InspectedSet &Inspected, size_t Biggest) {
  SetStats Stats;
  Stats.Title = Inspected.title();
  Stats.Stencils = Inspected.Groups.size();
  std::vector<uint64_t> Code, Data, Instructions, Holes, Calls, HotPath;
  StringSet<> Symbols, TrampolineSymbols;
  for (auto [Group, Machine] : zip_equal(Inspected.Groups, Inspected.Code)) {
    GroupFacts Facts = factsOf(*Group, Machine);
    Code.push_back(Group->Code.Bytes.size());
    Data.push_back(Group->Data.Bytes.size());
    Instructions.push_back(Facts.Instructions);
    Holes.push_back(Group->Code.Holes.size() + Group->Data.Holes.size());
    Calls.push_back(Facts.Calls);
    if (Facts.HotPath)
      HotPath.push_back(*Facts.HotPath);
    Stats.Biggest.push_back({Group->Name, Code.back(), Data.back(), Facts.Instructions});
    for (const Stencil *Part : {&Group->Code, &Group->Data})
      for (const Hole &H : Part->Holes) {
        ++Stats.HoleKinds[fixupKindInfo(H.Kind).Spelling.str()];
        ++Stats.HoleValues[H.Value.empty() ? "symbol" : H.Value];
        if (!H.Symbol.empty()) {
          Symbols.insert(H.Symbol);
          if (Inspected.Set->Header.CPython.TrampolineFunctions.count(H.Kind)) {
            ++Stats.Trampolines;
            TrampolineSymbols.insert(H.Symbol);
          }
        }
      }
  }
  Stats.Continuing = HotPath.size();
  Stats.Code = distributionOf(std::move(Code));
  Stats.Data = distributionOf(std::move(Data));
  Stats.Instructions = distributionOf(std::move(Instructions));
  Stats.Holes = distributionOf(std::move(Holes));
  Stats.Calls = distributionOf(std::move(Calls));
  Stats.HotPath = distributionOf(std::move(HotPath));
  Stats.Symbols = Symbols.size();
  Stats.TrampolineSymbols = TrampolineSymbols.size();
  llvm::sort(Stats.Biggest, [](const StencilSize &A, const StencilSize &B) {
    return std::tuple(B.Code, A.Name) < std::tuple(A.Code, B.Name);
  });
  if (Stats.Biggest.size() > Biggest)
    Stats.Biggest.resize(Biggest);
  return Stats;
}

namespace {

/// A table whose first column is a name.
class Table {
public:
  explicit Table(ArrayRef<SetStats> Sets) : Sets(Sets) {}

  void row(StringRef Name, function_ref<std::string(const SetStats &)> Cell) {
    std::vector<std::string> &Row = Rows.emplace_back();
    Row.push_back(Name.str());
    for (const SetStats &Set : Sets)
      Row.push_back(Cell(Set));
  }

  void number(StringRef Name, function_ref<uint64_t(const SetStats &)> Cell) {
    row(Name, [&](const SetStats &Set) { return std::to_string(Cell(Set)); });
  }

  void distribution(StringRef Name, Distribution SetStats::*Member) {
    number(Name, [&](const SetStats &S) { return (S.*Member).Total; });
    row("  median, 90 %, most", [&](const SetStats &S) {
      const Distribution &D = S.*Member;
      return std::to_string(D.Median) + " / " + std::to_string(D.Ninetieth) + " / " + std::to_string(D.Most);
    });
  }

  /// A row for each key of any set.
  void keys(StringRef Name, std::map<std::string, uint64_t> SetStats::*Member) {
    std::set<std::string> Keys;
    for (const SetStats &Set : Sets)
      for (const auto &[Key, Count] : Set.*Member)
        Keys.insert(Key);
    if (!Keys.empty())
      row(Name, [](const SetStats &) { return ""; });
    for (const std::string &Key : Keys)
      number("  " + Key, [&](const SetStats &S) {
        auto Found = (S.*Member).find(Key);
        return Found == (S.*Member).end() ? 0 : Found->second;
      });
  }

  void print(raw_ostream &OS) const {
    std::vector<size_t> Widths(Sets.size() + 1);
    for (const auto &Row : Rows)
      for (auto [Width, Cell] : zip_equal(Widths, Row))
        Width = std::max(Width, Cell.size());
    for (const auto &Row : Rows) {
      std::string Line = Row[0] + std::string(Widths[0] - Row[0].size(), ' ');
      for (size_t I = 1; I < Row.size(); ++I)
        Line += "  " + std::string(Widths[I] - Row[I].size(), ' ') + Row[I];
      OS << StringRef(Line).rtrim() << '\n';
    }
  }

private:
  ArrayRef<SetStats> Sets;
  std::vector<std::vector<std::string>> Rows;
};

} // namespace

void printStats(ArrayRef<SetStats> Sets, raw_ostream &OS) {
  for (auto [Index, Set] : enumerate(Sets))
    OS << '[' << Index + 1 << "] " << Set.Title << '\n';
  OS << '\n';
  Table T(Sets);
  size_t Next = 0;
  T.row("", [&](const SetStats &) { return "[" + std::to_string(++Next) + "]"; });
  T.number("stencils", [](const SetStats &S) { return S.Stencils; });
  T.distribution("bytes of code", &SetStats::Code);
  T.distribution("bytes of data", &SetStats::Data);
  T.distribution("instructions", &SetStats::Instructions);
  T.number("stencils that go on", [](const SetStats &S) { return S.Continuing; });
  T.distribution("instructions on their way", &SetStats::HotPath);
  T.distribution("calls", &SetStats::Calls);
  T.number("symbols", [](const SetStats &S) { return S.Symbols; });
  T.row("branches by trampolines", [](const SetStats &S) {
    return std::to_string(S.Trampolines) + " to " + std::to_string(S.TrampolineSymbols);
  });
  T.distribution("holes", &SetStats::Holes);
  T.keys("holes by kind", &SetStats::HoleKinds);
  T.keys("holes by value", &SetStats::HoleValues);
  T.print(OS);
  for (auto [Index, Set] : enumerate(Sets)) {
    if (Set.Biggest.empty())
      continue;
    OS << "\nbiggest of [" << Index + 1 << "]: code, data, instructions\n";
    for (const StencilSize &Size : Set.Biggest)
      OS << format("%7u %5u %5u  ", unsigned(Size.Code), unsigned(Size.Data), unsigned(Size.Instructions))
         << Size.Name << '\n';
  }
}

static Json toJson(const Distribution &D) {
  return {{"total", D.Total}, {"median", D.Median}, {"ninetieth", D.Ninetieth}, {"most", D.Most}};
}

Json statsJson(ArrayRef<SetStats> Sets) {
  Json Result = Json::array();
  for (const SetStats &S : Sets) {
    Json Biggest = Json::array();
    for (const StencilSize &Size : S.Biggest)
      Biggest.push_back({{"name", Size.Name},
                         {"code", Size.Code},
                         {"data", Size.Data},
                         {"instructions", Size.Instructions}});
    Result.push_back({{"title", S.Title},
                      {"stencils", S.Stencils},
                      {"code", toJson(S.Code)},
                      {"data", toJson(S.Data)},
                      {"instructions", toJson(S.Instructions)},
                      {"continuing", S.Continuing},
                      {"hotPath", toJson(S.HotPath)},
                      {"calls", toJson(S.Calls)},
                      {"symbols", S.Symbols},
                      {"trampolines", S.Trampolines},
                      {"trampolineSymbols", S.TrampolineSymbols},
                      {"holes", toJson(S.Holes)},
                      {"holeKinds", S.HoleKinds},
                      {"holeValues", S.HoleValues},
                      {"biggest", std::move(Biggest)}});
  }
  return Result;
}

} // namespace stencilgen
